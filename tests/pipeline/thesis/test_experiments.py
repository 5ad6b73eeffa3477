"""The record of a configuration that several seeds have trained."""

import numpy as np
import pandas as pd
import pytest

from pipeline import files
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import FINAL_METRICS
from pipeline.experiment.training import Training
from pipeline.thesis.experiments import experiment_record, write_figure_data


def test_a_record_names_what_was_trained_and_summarizes_its_metrics(configuration):
    schedule = {"beta": 2, "batch_size": 16, "learning_rate": 0.01}
    jobs = [Job(Training(configuration, schedule, seed, steps=8), None) for seed in (5, 9)]
    outcomes = [
        Outcome(job, "key", {}, {"metrics": dict.fromkeys(FINAL_METRICS, float(job.training.seed))}) for job in jobs
    ]
    record = experiment_record(outcomes, "digits", "a-b", concentration=3)
    assert list(record)[12:] == list(FINAL_METRICS)
    assert {name: record[name] for name in list(record)[:12]} == {
        "dataset": "digits", "network": "mlp", "architecture": "a-b", "posterior": "diagonal_gaussian",
        "likelihood": "squared_error", "beta": 2, "steps": 8, "batch_size": 16, "learning_rate": 0.01,
        "precision": "float32", "seeds": [5, 9], "concentration": 3,
    }  # fmt: skip
    assert record["fid"] == {"mean": 7.0, "sd": pytest.approx(8**0.5), "n": 2, "values": [5.0, 9.0]}


def test_figure_data_hold_every_seed_s_history_and_the_first_one_s_pictures(configuration, tmp_path):
    jobs = [Job(Training(configuration, {}, seed, steps=8), None) for seed in (9, 5)]
    rows = {9: [{"step": 4, "loss": 0.5}, {"step": 8, "loss": 0.25}], 5: [{"step": 4, "loss": 1 / 3}]}
    pictures = np.arange(6, dtype=np.uint8)
    measured = [
        {"history": {"": rows[9]}, "pictures": {"frames": pictures}, "metrics": {}},
        {"history": {"": rows[5]}, "metrics": {}},
    ]
    outcomes = [Outcome(job, "key", {}, values) for job, values in zip(jobs, measured, strict=True)]
    files.write_bytes(tmp_path / "seed-0" / "weights.npz", b"left over")
    write_figure_data(tmp_path, outcomes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv", "samples.npz"]
    history = pd.read_csv(tmp_path / "history.csv")
    assert history[["step", "seed"]].to_numpy().tolist() == [[4, 9], [8, 9], [4, 5]]
    assert history["loss"].tolist() == pytest.approx([0.5, 0.25, 1 / 3], rel=1e-8)
    np.testing.assert_array_equal(files.read_npz(tmp_path / "samples.npz")["frames"], pictures)
