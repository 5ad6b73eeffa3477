"""The grid: which experiments it plans, and how it gathers their results."""

from types import SimpleNamespace

import numpy as np
import pytest

from pipeline import files, preliminary_grid
from pipeline.jobs.closure import ROOT


def test_every_candidate_is_planned_with_every_seed(parameters_with, committed, architectures, parts):
    candidates = ["e16-d16", "e0-d3"]
    grid = "preliminary_grid.digits.mlp"
    parameters = parameters_with(
        {f"{grid}.candidates": candidates, f"{grid}.seeds": [3, 1], "preliminary_grid.common.beta": 0.5}
    )
    planned = preliminary_grid.plan(parameters, "digits", "mlp", parts.mlp, (28, 28, 1))
    assert [(name, experiment.seed) for name, experiment in planned] == [
        ("e16-d16", 3), ("e16-d16", 1), ("e0-d3", 3), ("e0-d3", 1),
    ]  # fmt: skip
    settings = committed["preliminary_grid"]["digits"]["mlp"]
    for name, experiment in planned:
        encoder, decoder = name.split("-")
        assert experiment.configuration["encoder"] == architectures["mlp"]["encoders"][encoder]
        assert experiment.configuration["decoder"] == architectures["mlp"]["decoders"][decoder]
        assert experiment.configuration["image_shape"] == [28, 28, 1]
        assert experiment.schedule["beta"] == 0.5
        assert (experiment.steps, experiment.periods, experiment.images) == (settings["steps"], 1, settings["images"])


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_all_candidates_are_those_of_the_architectures(parameters_with, architectures, parts, network):
    parameters = parameters_with({f"preliminary_grid.digits.{network}.candidates": "all"})
    planned = preliminary_grid.plan(parameters, "digits", network, getattr(parts, network), (28, 28, 1))
    names = [name for name, _ in planned]
    pairs = {"mlp": [(i, i) for i in range(17)], "cnn": [(i, j) for i in range(6) for j in range(4)]}[network]
    assert names == architectures[network]["candidates"] == [f"e{i}-d{j}" for i, j in pairs]


def test_results_are_gathered_by_candidate(monkeypatch, tmp_path, parameters_with, parts, yardstick):
    parameters = parameters_with({"preliminary_grid.digits.mlp.seeds": [0, 1]})
    names = parameters.preliminary_grid.of("digits", "mlp").candidates

    def run_all(experiments, *_):
        metrics = ("fid", "tvd", "max_class_gap", "loss", "mse", "kl")
        return [
            # Each candidate is told by the size of its first layer, each seed by itself.
            {"metrics": {name: experiment.configuration["encoder"][0] + experiment.seed for name in metrics},
             "weights": [np.zeros((3, 4)), np.zeros(2)]}
            for experiment in experiments
        ]  # fmt: skip

    monkeypatch.setattr(preliminary_grid, "run_all", run_all)
    monkeypatch.setattr(preliminary_grid, "read_yardstick", lambda *_: yardstick)
    arguments = SimpleNamespace(
        dataset="digits",
        network="mlp",
        data=None,
        classifier=None,
        architectures=ROOT / "architectures.yaml",
        record=tmp_path / "r.json",
    )
    preliminary_grid.main(parameters, arguments)
    record = files.read_json(tmp_path / "r.json")
    assert {key: record[key] for key in ("dataset", "network", "beta", "seeds")} == {
        "dataset": "digits", "network": "mlp", "beta": 1, "seeds": [0, 1],
    }  # fmt: skip
    assert [entry["name"] for entry in record["candidates"]] == names
    for entry in record["candidates"]:
        first = parts.mlp.candidate(entry["name"])["encoder"][0]
        assert entry["parameters"] == 14
        assert entry["fid"] == {
            "mean": first + 0.5,
            "sd": pytest.approx(0.5**0.5),
            "n": 2,
            "values": [first, first + 1],
        }
