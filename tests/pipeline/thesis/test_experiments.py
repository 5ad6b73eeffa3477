"""The record of a configuration that several seeds have trained."""

import pytest

from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import FINAL_METRICS
from pipeline.experiment.training import Training
from pipeline.thesis.experiments import experiment_record


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
