"""The search: what it proposes and ends depends on the trials before it alone, so it can be interrupted anywhere."""

import math
from dataclasses import replace

import numpy as np
import pytest

from pipeline.conditional_vae import search as conditional_search
from pipeline.conditional_vae.measuring import best
from pipeline.conditional_vae.search import CHECKS, Search, search
from pipeline.conditional_vae.training import LabelledData
from tests.pipeline.kept import Kept
from tfvae.training.errors import TrainingDiverged

SPACE = {
    "batch_size": [16, 32], "learning_rate": [0.001, 0.01, 0.1], "latent_dim": [1, 2], "optimizer": ["adam", "x"],
    "beta": [1, 2], "epochs": [2, 5],
}  # fmt: skip
FIRST = {"batch_size": 32, "learning_rate": 0.001, "latent_dim": 2, "optimizer": "x", "beta": 2, "epochs": 5}
JOB = Search(
    space=SPACE, first=FIRST, units=[8], num_classes=2, precision="float32", cooldown_share=0.5,
    seed=3, trials=20, startup_trials=4, optuna="4"
)  # fmt: skip


def losses(proposal, job, shared):
    """Yield losses that fall from check to check; the learning rate 0.01 is best, and 0.1 diverges."""
    assert shared == "data"
    level = {0.001: 5.0, 0.01: 1.0, 0.1: 9.0}[proposal["learning_rate"]] + proposal["latent_dim"]
    for check in range(CHECKS):
        if proposal["learning_rate"] == 0.1 and check:
            if proposal["optimizer"] == "adam":
                raise TrainingDiverged("no longer finite")
            yield math.nan
        yield level + 10.0 / (check + 1)


@pytest.fixture
def stubbed(monkeypatch, one_process):
    monkeypatch.setattr(conditional_search, "_losses", losses)


@pytest.fixture
def rows(stubbed):
    return search(JOB, "data", Kept())["trials"]


def test_every_trial_has_a_row(rows):
    assert [row["trial"] for row in rows] == list(range(20))
    for row in rows:
        assert all(row[name] in choices for name, choices in SPACE.items())
        expected = {"complete": CHECKS, "diverged": 1}.get(row["state"], len(row["losses"]))
        assert len(row["losses"]) == expected and row["losses"] == sorted(row["losses"], reverse=True)
    states = {row["state"] for row in rows}
    assert states == {"complete", "pruned", "diverged"}
    # The first trials are never ended early; what diverges is told, and does not end the search.
    assert {row["state"] for row in rows[:4]} <= {"complete", "diverged"}
    assert all(
        (row["learning_rate"] == 0.1) == (row["state"] == "diverged") for row in rows if row["state"] != "pruned"
    )


def test_the_first_trial_is_the_one_that_is_asked_for(rows):
    assert rows[0].items() >= FIRST.items()


def test_it_comes_to_prefer_what_is_better(rows):
    chosen = best(None, {"trials": rows}, None)
    assert (chosen["learning_rate"], chosen["latent_dim"]) == (0.01, 1)
    assert chosen["losses"][-1] == min(row["losses"][-1] for row in rows if row["state"] == "complete")
    later = [row["learning_rate"] for row in rows[8:]]
    assert later.count(0.01) > len(later) / 2  # by chance it would be a third


@pytest.mark.parametrize("interrupted", [1, 5, 13, 19])
def test_an_interrupted_search_goes_on_as_if_nothing_had_been(stubbed, rows, interrupted):
    progress = Kept(rows[:interrupted])
    assert search(JOB, "data", progress)["trials"] == rows
    assert progress.done == 20 and len(progress.kept) == 20 - interrupted and progress.kept[-1] == rows


def test_the_seed_decides_the_proposals(stubbed, rows):
    other = search(replace(JOB, seed=4), "data", Kept())["trials"]
    assert [row["learning_rate"] for row in rows[1:8]] != [row["learning_rate"] for row in other[1:8]] or [
        row["batch_size"] for row in rows[1:8]
    ] != [row["batch_size"] for row in other[1:8]]


def choices(row):
    return tuple(row[name] for name in SPACE)


@pytest.mark.parametrize("seed", range(5))
def test_no_trial_is_repeated(stubbed, seed):
    """Optuna alone would repeat some: it proposes again what was best."""
    rows = search(replace(JOB, seed=seed), "data", Kept())["trials"]
    assert len(rows) == 20 and len({choices(row) for row in rows}) == 20


def test_a_search_ends_when_all_is_tried(stubbed):
    few = {name: values[:2] if name == "latent_dim" else [FIRST[name]] for name, values in SPACE.items()}
    rows = search(replace(JOB, space=few), "data", Kept())["trials"]
    assert [row["latent_dim"] for row in rows] == [2, 1]


def test_a_search_in_which_all_diverge_is_told():
    with pytest.raises(RuntimeError, match="Every trial of the search diverged"):
        best(None, {"trials": [{"state": "diverged", "losses": []}]}, None)


@pytest.mark.parametrize("num_classes", [2, None], ids=["conditional", "plain"])
def test_a_trial_is_trained_on_the_first_images_and_measured_on_the_last(images, one_process, monkeypatch, num_classes):
    from tfvae import randomness
    from tfvae.training import loop

    trainers = []

    class Recorder(loop.Trainer):
        def __init__(self, model, pictures, schedule, seed, labels):
            np.testing.assert_array_equal(pictures, images[0][:120])
            assert labels is None if num_classes is None else (labels == images[1][:120]).all()
            assert (schedule.batch_size, schedule.learning_rate, schedule.optimizer) == (30, 0.01, "rmsprop")
            assert (schedule.beta, schedule.cooldown) == (4, (8, 16))
            super().__init__(model, pictures, schedule, seed, labels)
            trainers.append(self)

    monkeypatch.setattr(loop, "Trainer", Recorder)
    data = LabelledData(images[0][:120], images[1][:120], images[0][120:], images[1][120:])
    proposal = {**FIRST, "batch_size": 30, "learning_rate": 0.01, "optimizer": "rmsprop", "beta": 4, "epochs": 4}
    labels = [] if num_classes is None else [np.int32(images[1][120:])]
    found = conditional_search._losses(proposal, replace(JOB, num_classes=num_classes), data)
    for steps, loss in zip((3, 6, 9, 12, 16), found, strict=True):
        [trainer] = trainers
        assert trainer.step == steps
        noise = trainer.model.posterior.noise(40, randomness.key(3, "held out", 0))
        terms = trainer.model.loss_terms(np.float32(images[0][120:]) / 255, noise, *labels)
        assert loss == pytest.approx(float(np.mean(terms[0] + terms[1])), rel=1e-5)  # at beta 1
    assert trainer.model.encoder.input_shape == ((None, 28, 28, 1) if num_classes is None else (None, 786))


def test_a_training_of_few_steps_is_measured_as_often(images, one_process):
    data = LabelledData(images[0][:120], images[1][:120], images[0][120:], images[1][120:])
    proposal = {**FIRST, "batch_size": 60, "optimizer": "adam", "epochs": 1}
    assert len(list(conditional_search._losses(proposal, JOB, data))) == CHECKS
