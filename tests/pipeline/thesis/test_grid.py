"""The grid: which experiments it plans, and how it gathers their results."""

import numpy as np
import pytest

from pipeline import files, preliminary_grid
from pipeline.experiment.job import Outcome
from pipeline.jobs.closure import ROOT


def test_every_candidate_is_planned_with_every_seed(parameters_with, committed, architectures, parts):
    candidates = ["e16-d16", "e0-d3"]
    grid = "preliminary_grid.digits.mlp"
    parameters = parameters_with(
        {f"{grid}.candidates": candidates, f"{grid}.seeds": [3, 1], "preliminary_grid.common.beta": 0.5}
    )
    planned = preliminary_grid.plan(parameters, "digits", "mlp", parts.mlp, (28, 28, 1))
    assert [(job.model, job.training.seed) for job in planned] == [
        ("e16-d16", 3), ("e16-d16", 1), ("e0-d3", 3), ("e0-d3", 1),
    ]  # fmt: skip
    settings = committed["preliminary_grid"]["digits"]["mlp"]
    for job in planned:
        (encoder, decoder), training = job.model.split("-"), job.training
        assert training.configuration["encoder"] == architectures["mlp"]["encoders"][encoder]
        assert training.configuration["decoder"] == architectures["mlp"]["decoders"][decoder]
        assert training.configuration["image_shape"] == [28, 28, 1]
        assert training.schedule["beta"] == 0.5
        assert training.steps == settings["steps"] and training.periods == 1
        assert job.measuring.images == settings["images"] and job.measuring.training is training


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_all_candidates_are_those_of_the_architectures(parameters_with, architectures, parts, network):
    parameters = parameters_with({f"preliminary_grid.digits.{network}.candidates": "all"})
    planned = preliminary_grid.plan(parameters, "digits", network, getattr(parts, network), (28, 28, 1))
    names = [job.model for job in planned]
    pairs = {"mlp": [(i, i) for i in range(17)], "cnn": [(i, j) for i in range(6) for j in range(4)]}[network]
    assert names == architectures[network]["candidates"] == [f"e{i}-d{j}" for i, j in pairs]


def test_results_are_gathered_by_candidate(monkeypatch, tmp_path, parameters_with, parts, yardstick):
    parameters = parameters_with({"preliminary_grid.digits.mlp.seeds": [0, 1]})
    names = parameters.preliminary_grid.of("digits", "mlp").candidates

    def outcome(job):
        # Each candidate is told by the size of its first layer, each seed by itself.
        gaps = ("max_class_gap", "max_class_gap_without_class_zero")
        metrics = ("fid", "tvd", *gaps, "loss", "mse", "kl")
        value = job.training.configuration["encoder"][0] + job.training.seed
        weights = {"weights": {"": [np.zeros((3, 4)), np.zeros(2)]}}
        return Outcome(job, "key", weights, {"metrics": dict.fromkeys(metrics, value)})

    def train_seeds(jobs, trained_on, label):
        assert trained_on is yardstick and label == "grid digits mlp"
        return [outcome(job) for job in jobs]

    monkeypatch.setattr(preliminary_grid, "train_seeds", train_seeds)
    monkeypatch.setattr(preliminary_grid, "read_yardstick", lambda *_: yardstick)
    monkeypatch.setattr(preliminary_grid, "read_dataset", lambda *_: None)
    preliminary_grid.main(
        parameters, dataset="digits", network="mlp", data=None, classifier=None,
        architectures=ROOT / "architectures.yaml", record=tmp_path / "r.json",
    )  # fmt: skip
    record = files.read_json(tmp_path / "r.json")
    assert {key: record[key] for key in ("dataset", "network", "beta", "seeds")} == {
        "dataset": "digits", "network": "mlp", "beta": 1, "seeds": [0, 1],
    }  # fmt: skip
    assert [entry["name"] for entry in record["candidates"]] == names
    for entry in record["candidates"]:
        first = parts.mlp.candidate(entry["name"])["encoder"][0]
        assert entry["parameters"] == 14
        assert (
            entry["fid"]
            == entry["max_class_gap_without_class_zero"]
            == {
                "mean": first + 0.5,
                "sd": pytest.approx(0.5**0.5),
                "n": 2,
                "values": [first, first + 1],
            }
        )
