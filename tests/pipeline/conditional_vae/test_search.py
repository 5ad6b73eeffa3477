"""The search: what it proposes and ends depends on the trials before it alone, so it can be interrupted anywhere."""

import math
from dataclasses import replace

import numpy as np
import pytest

from pipeline.conditional_vae import search as conditional_search
from pipeline.conditional_vae.measuring import best
from pipeline.conditional_vae.search import Search, search
from pipeline.conditional_vae.training import LabelledData
from tests.pipeline.kept import Kept
from tfvae.training.errors import TrainingDiverged

SPACE = {"batch_size": [16, 32], "learning_rate": [0.001, 0.01, 0.1], "latent_dim": [1, 2], "optimizer": ["adam", "x"]}
JOB = Search(
    space=SPACE, conditional_units=[8], num_classes=2, precision="float32",
    seed=3, trials=14, startup_trials=4, search_epochs=3, optuna="4"
)  # fmt: skip


def losses(proposal, job, shared):
    """Yield losses that fall by the epoch; the learning rate 0.01 is best, and 0.1 diverges."""
    assert shared == "data"
    level = {0.001: 5.0, 0.01: 1.0, 0.1: 9.0}[proposal["learning_rate"]] + proposal["latent_dim"]
    for epoch in range(job.search_epochs):
        if proposal["learning_rate"] == 0.1 and epoch:
            if proposal["optimizer"] == "adam":
                raise TrainingDiverged("no longer finite")
            yield math.nan
        yield level + 10.0 / (epoch + 1)


@pytest.fixture
def stubbed(monkeypatch, one_process):
    monkeypatch.setattr(conditional_search, "_losses", losses)


@pytest.fixture
def rows(stubbed):
    return search(JOB, "data", Kept())["trials"]


def test_every_trial_has_a_row(rows):
    assert [row["trial"] for row in rows] == list(range(14))
    for row in rows:
        assert all(row[name] in choices for name, choices in SPACE.items())
        expected = {"complete": 3, "diverged": 1}.get(row["state"], len(row["losses"]))
        assert len(row["losses"]) == expected and row["losses"] == sorted(row["losses"], reverse=True)
    states = {row["state"] for row in rows}
    assert states == {"complete", "pruned", "diverged"}
    # The first trials are never ended early; what diverges is told, and does not end the search.
    assert {row["state"] for row in rows[:4]} <= {"complete", "diverged"}
    assert all(
        (row["learning_rate"] == 0.1) == (row["state"] == "diverged") for row in rows if row["state"] != "pruned"
    )


def test_it_comes_to_prefer_what_is_better(rows):
    chosen = best(None, {"trials": rows}, None)
    assert (chosen["learning_rate"], chosen["latent_dim"]) == (0.01, 1)
    assert chosen["losses"][-1] == min(row["losses"][-1] for row in rows if row["state"] == "complete")


@pytest.mark.parametrize("interrupted", [1, 5, 13])
def test_an_interrupted_search_goes_on_as_if_nothing_had_been(stubbed, rows, interrupted):
    progress = Kept(rows[:interrupted])
    assert search(JOB, "data", progress)["trials"] == rows
    assert progress.done == 14 and len(progress.kept) == 14 - interrupted and progress.kept[-1] == rows


def test_the_seed_decides_the_proposals(stubbed, rows):
    other = search(replace(JOB, seed=4), "data", Kept())["trials"]
    assert [row["learning_rate"] for row in rows[:8]] != [row["learning_rate"] for row in other[:8]] or [
        row["batch_size"] for row in rows[:8]
    ] != [row["batch_size"] for row in other[:8]]


def test_what_was_trained_to_its_end_is_not_trained_again(one_process, monkeypatch):
    trained = []

    def noting(proposal, job, shared):
        trained.append(tuple(proposal.values()))
        yield from (3.0, 2.0, 1.0)

    monkeypatch.setattr(conditional_search, "_losses", noting)
    few = {**SPACE, "learning_rate": [0.001], "batch_size": [16], "optimizer": ["adam"]}
    rows = search(replace(JOB, space=few), "data", Kept())["trials"]
    assert len(rows) == 14 and sorted(trained) == [(16, 0.001, 1, "adam"), (16, 0.001, 2, "adam")]
    assert all(row["losses"] == [3.0, 2.0, 1.0] for row in rows)


def test_a_search_in_which_all_diverge_is_told():
    with pytest.raises(RuntimeError, match="Every trial of the search diverged"):
        best(None, {"trials": [{"state": "diverged", "losses": []}]}, None)


def test_a_trial_is_trained_on_the_first_images_and_measured_on_the_last(images, one_process, monkeypatch):
    from tfvae import randomness
    from tfvae.training import loop

    trainers = []

    class Recorder(loop.Trainer):
        def __init__(self, model, pictures, schedule, seed, labels):
            np.testing.assert_array_equal(pictures, images[0][:120])
            np.testing.assert_array_equal(labels, images[1][:120])
            assert (schedule.batch_size, schedule.learning_rate, schedule.optimizer) == (30, 0.01, "rmsprop")
            super().__init__(model, pictures, schedule, seed, labels)
            trainers.append(self)

    monkeypatch.setattr(loop, "Trainer", Recorder)
    data = LabelledData(images[0][:120], images[1][:120], images[0][120:], images[1][120:])
    proposal = {"batch_size": 30, "learning_rate": 0.01, "latent_dim": 2, "optimizer": "rmsprop"}
    for epoch, loss in enumerate(conditional_search._losses(proposal, replace(JOB, search_epochs=2), data)):
        [trainer] = trainers
        assert trainer.step == 4 * (epoch + 1)
        noise = trainer.model.posterior.noise(40, randomness.key(3, "held out", 0))
        terms = trainer.model.loss_terms(np.float32(images[0][120:]) / 255, noise, np.int32(images[1][120:]))
        assert loss == pytest.approx(float(np.mean(terms[0] + terms[1])), rel=1e-5)
    assert epoch == 1 and trainer.model.encoder.input_shape == (None, 786)
