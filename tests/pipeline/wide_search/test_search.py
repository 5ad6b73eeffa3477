"""The search: proposals, waves and rungs by a stub of the training, whose best values are known."""

import math
from types import SimpleNamespace

import pytest

from pipeline.experiment.job import Outcome
from pipeline.params.schema import Parameters
from pipeline.wide_search import search as searching
from pipeline.wide_search.models import configuration, cost, schedule, units
from pipeline.wide_search.proposals import propose
from pipeline.wide_search.search import confirm, front, grid_of, search
from tests.pipeline.pipeline_file import PARAMETERS

SPACE = {
    "depth": [1, 2], "first_units": [8, 16], "last_units": [4, 8], "latent_dim": [2, 3],
    "posterior": ["diagonal_gaussian", "stick_breaking"], "likelihood": ["squared_error", "bernoulli"],
    "beta": [0.5, 1, 2], "batch_size": [16, 32], "learning_rate": [0.001, 0.01, 0.1], "cooldown_share": [0, 0.5],
    "warmup_share": [0, 0.2],
}  # fmt: skip
FIRST = {name: values[0] for name, values in SPACE.items()}
SHAPE = (28, 28, 1)


def settings(**changes):
    values = {
        "seed": 3, "precision": "float32", "concentration": 1.0, "gradient_clip": 10.0, "startup_trials": 6,
        "keep": 0.5, "waves": 6, "wave": 6, "rungs": [10, 20, 40], "images": 60, "confirmed": 2, "seeds": [4, 5],
        "first_trial": SimpleNamespace(model_dump=lambda: dict(FIRST)), "choices": lambda: SPACE, **changes,
    }  # fmt: skip
    return SimpleNamespace(**values)


def outcome(job):
    """Train nothing: FID falls with the steps; best are a rate of 0.01 (FID) and a beta of 1 (TVD); 0.1 diverges."""
    training = job.training
    rate, beta = training.schedule["learning_rate"], training.schedule["beta"]
    if rate == 0.1:
        return Outcome(job, "", {"weights": {}, "rest": None, "parameters": 100}, {"metrics": {}})
    width = training.configuration["encoder"][0]
    fid = 100 * (1 + abs(math.log10(rate / 0.01))) / training.stop + width / 16
    tvd = abs(math.log2(beta)) / 10 + training.seed / 1000
    trained = {"weights": {"": []}, "rest": {"stop": training.stop}, "parameters": 100 * width}
    return Outcome(job, "", trained, {"metrics": {"fid": fid, "tvd": tvd}})


class Runs:
    """Stands for the training, and notes what it was asked for."""

    def __init__(self):
        self.rounds = []

    def __call__(self, jobs, label):
        self.rounds.append((label, jobs))
        return [outcome(job) for job in jobs]


@pytest.fixture(scope="module")
def searched():
    runs = Runs()
    return search(settings(), SHAPE, runs), runs.rounds


def test_every_trial_has_a_row_and_climbs_as_its_state_says(searched):
    trials, _ = searched
    assert [trial["trial"] for trial in trials] == list(range(36))
    assert [trial["wave"] for trial in trials] == [wave for wave in range(6) for _ in range(6)]
    assert trials[0].items() >= FIRST.items()
    for trial in trials:
        assert all(trial[name] in values for name, values in SPACE.items())
        steps = [rung["steps"] for rung in trial["rungs"]]
        assert steps == [10, 20, 40][: len(steps)]
        assert (trial["state"] == "complete") == (steps == [10, 20, 40])
        assert (trial["state"] == "diverged") == (trial["learning_rate"] == 0.1)
        reached = steps[-1] if steps else 10
        assert trial["cost"] == trial["parameters"] * trial["batch_size"] * reached > 0
    assert {trial["state"] for trial in trials} == {"complete", "pruned", "diverged"}
    assert len({tuple(trial[name] for name in SPACE) for trial in trials}) == 36


def test_stretches_follow_each_other(searched):
    """Each starts where the one before ended, with what that returned, and has the schedule of the whole."""
    trained = {}
    for _, jobs in searched[1]:
        for job in jobs:
            stretch = job.training
            before = trained.get(job.model)
            assert (stretch.start, stretch.before) == ((before["rest"]["stop"], before) if before else (0, None))
            assert stretch.schedule["cooldown"] in (None, (20, 40)) and stretch.schedule["warmup_steps"] in (0, 8)
            trained[job.model] = outcome(job).trained


def test_no_trial_that_ends_early_was_better_than_one_that_goes_on_after_as_many_steps(searched):
    trials, _ = searched
    for rung in (0, 1):
        for wave in range(6):
            rivals = [one for one in trials if one["wave"] <= wave and len(one["rungs"]) > rung]
            new = [one for one in rivals if one["wave"] == wave]
            ended = [one["rungs"][rung] for one in new if len(one["rungs"]) == rung + 1]
            went = [one["rungs"][rung] for one in new if len(one["rungs"]) > rung + 1]
            assert not any(a["fid"] <= b["fid"] and a["tvd"] <= b["tvd"] and a != b for a in ended for b in went)
            assert len(went) <= math.ceil(0.5 * len(rivals))


def test_it_comes_to_prefer_what_is_better(searched):
    """By chance a third of the trials would have the best rate, and a third the best beta, a ninth both."""
    late = [trial for trial in searched[0] if trial["wave"] >= 3]
    assert sum(trial["learning_rate"] == 0.01 for trial in late) > len(late) / 2
    assert sum(trial["beta"] == 1 for trial in late) > len(late) / 2
    best = [searched[0][number] for number in front(searched[0])]
    assert all((trial["learning_rate"], trial["beta"], trial["first_units"]) == (0.01, 1, 8) for trial in best)


def test_a_search_is_a_function_of_its_seed(searched):
    assert search(settings(), SHAPE, Runs()) == searched[0]
    other = search(settings(seed=4), SHAPE, Runs())
    assert [one["beta"] for one in other] != [one["beta"] for one in searched[0]]


def test_a_search_ends_when_all_of_the_space_is_tried():
    few = {name: values if name in ("beta", "depth") else values[:1] for name, values in SPACE.items()}
    trials = search(settings(choices=lambda: few, wave=4), SHAPE, Runs())
    assert sorted((one["depth"], one["beta"]) for one in trials) == [(d, b) for d in (1, 2) for b in (0.5, 1, 2)]
    assert propose(trials, few, 4, 3, 6) == []


def test_what_diverges_everywhere_ends_nothing():
    bad = SPACE | {"learning_rate": [0.1]}
    first = SimpleNamespace(model_dump=lambda: {**FIRST, "learning_rate": 0.1})
    runs = Runs()
    trials = search(settings(choices=lambda: bad, waves=2, first_trial=first), SHAPE, runs)
    assert {one["state"] for one in trials} == {"diverged"} and len(runs.rounds) == 2 and front(trials) == []


def test_the_front_at_a_cost_is_of_the_trials_that_it_paid(searched):
    trials = searched[0]
    limit = sum(trial["cost"] for trial in trials[:10])
    assert front(trials, limit) == front(trials[:10]) and front(trials, 0) == []


def test_the_grid_s_cost_is_that_of_all_its_models():
    summary = [{"mean": value} for value in (4.0, 0.5, 9.0, 0.1, 5.0, 0.6)]
    rows = [{"name": f"e{i}-d{i}", "parameters": 100 + i, "fid": summary[2 * i], "tvd": summary[2 * i + 1]}
            for i in range(3)]  # fmt: skip
    grid = grid_of({"seeds": [0, 1], "steps": 30, "candidates": rows}, 64)
    assert [one["cost"] for one in grid["candidates"]] == [64 * 2 * 30 * count for count in (100, 101, 102)]
    assert grid["cost"] == 64 * 2 * 30 * 303 and grid["front"] == ["e0-d0", "e1-d1"]


def test_both_fronts_are_trained_on_seeds_that_chose_nothing(monkeypatch):
    monkeypatch.setattr(searching, "configure", lambda parameters, network, own, shape: {"encoder": own["encoder"]})
    monkeypatch.setattr(searching, "schedule_of_study", lambda *_: {"learning_rate": 0.01, "beta": 1, "batch_size": 64})
    parameters = SimpleNamespace(preliminary_grid=SimpleNamespace(common=SimpleNamespace(beta=1)))
    diverges = {**FIRST, "learning_rate": 0.1}
    trials, runs = {"trial-3": FIRST, "trial-9": diverges}, Runs()
    found = confirm(parameters, settings(), trials, {"e1-d1": {"encoder": [32]}}, 30, SHAPE, runs)
    jobs = runs.rounds[0][1]
    assert [(job.model, job.training.seed, job.training.start, job.training.stop) for job in jobs] == [
        (name, seed, 0, stop) for name, stop in (("trial-3", 40), ("trial-9", 40), ("e1-d1", 30)) for seed in (4, 5)
    ]
    assert [one["diverged"] for one in found.values()] == [0, 2, 0] and "fid" not in found["trial-9"]
    assert found["e1-d1"]["tvd"]["values"] == [0.004, 0.005] and found["e1-d1"]["cost"] == 3200 * 64 * 30


def test_the_first_trial_of_the_committed_search_is_a_candidate_of_the_grid():
    committed = Parameters.model_fields  # the section stands there
    assert "hyperparameter_search" in committed
    first = PARAMETERS["hyperparameter_search"]["common"]["first_trial"]
    assert units(first["first_units"], first["last_units"], first["depth"]) == [175, 150, 125, 100, 75, 50, 25]


def test_values_become_a_configuration_and_a_schedule():
    values = FIRST | {"depth": 3, "first_units": 20, "last_units": 7, "posterior": "stick_breaking"}
    described = configuration(values, settings(), SHAPE)
    assert described["encoder"] == [20, 14, 7] and described["decoder"] == [7, 14, 20]  # 13.5 is rounded to even
    assert described["posterior"] == {"name": "stick_breaking", "latent_dim": 2, "concentration": 1.0}
    assert "concentration" not in configuration(FIRST, settings(), SHAPE)["posterior"]
    whole = schedule(FIRST | {"cooldown_share": 0.3, "warmup_share": 0.2}, settings(), 100)
    assert (whole["cooldown"], whole["warmup_steps"]) == ((70, 100), 20)
    assert cost(7, 32, 10) == 2240 and units(9, 3, 1) == [9]
