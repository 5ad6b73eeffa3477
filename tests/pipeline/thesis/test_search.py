"""Selection of an architecture: the thesis's grid, its rule of consistency, and the record of the search."""

import numpy as np
import pytest

from pipeline import files, pareto_select
from pipeline.experiment.job import Outcome
from pipeline.jobs.closure import ROOT
from pipeline.thesis.search import choose, decide, non_dominated

# FID and TVD of the thesis's 17 dense candidates, and which of them no other beats.
GRID = [
    (246.04, 0.1074), (261.54, 0.2651), (243.96, 0.1916), (235.75, 0.158), (250.55, 0.3135), (243.33, 0.1003),
    (273.03, 0.7794), (238.06, 0.2219), (259.22, 0.5021), (237.39, 0.3437), (211.64, 0.3781), (190.39, 0.1137),
    (199.83, 0.2559), (208.94, 0.0961), (220.03, 0.2031), (230.88, 0.2358), (246.51, 0.3669),
]  # fmt: skip
# Series of five periods by their Mann-Kendall statistic S; -10 and -8 are significant at 5 %.
SERIES = {-10: [5, 4, 3, 2, 1], -8: [5, 4, 3, 1, 2], -6: [5, 4, 2, 1, 3], -4: [5, 4, 1, 2, 3], 4: [2, 3, 1, 5, 4]}


def records(costs, names=("fid", "tvd")):
    return [{"name": f"e{i}-d{i}", **dict(zip(names, cost, strict=True))} for i, cost in enumerate(costs)]


def runs(fid, tvd, noise=0.1):
    """Return runs whose curves have these statistics."""
    return [
        {"fid": SERIES[f], "tvd": SERIES[t], "noise_sd": {"fid": noise, "tvd": noise}}
        for f, t in zip(fid, tvd, strict=True)
    ]


def test_the_series_have_their_statistics():
    for statistic, series in SERIES.items():
        signs = [np.sign(series[j] - series[i]) for i in range(5) for j in range(i + 1, 5)]
        assert sum(signs) == statistic


def test_of_the_thesis_grid_two_candidates_remain():
    assert non_dominated(records(GRID), ["fid", "tvd"]) == ["e11-d11", "e13-d13"]


@pytest.mark.parametrize(
    ("costs", "front"),
    [
        ([(1, 1)], [0]),
        ([(1, 2), (2, 1)], [0, 1]),
        ([(1, 1), (1, 1), (2, 2)], [0, 1]),  # exact ties stay
        ([(1, 1), (1, 2), (2, 1)], [0]),  # equal in one, worse in the other
        ([(3, 1), (2, 2), (1, 3), (2, 3)], [0, 1, 2]),
    ],
)
def test_candidates_that_no_other_beats(costs, front):
    assert non_dominated(records(costs), ["fid", "tvd"]) == [f"e{i}-d{i}" for i in front]


def test_one_objective_leaves_its_lowest():
    assert non_dominated(records(GRID), ["tvd"]) == ["e13-d13"]
    assert non_dominated(records(GRID), ["fid"]) == ["e11-d11"]


def test_the_thesis_decides_by_fid_alone():
    # FID falls in all five runs, the TVD significantly in three: 60 % of them, not 80.
    consistent = decide(runs([-10] * 5, [-10, -8, 4, -8, -4]), share=0.8, level=0.05)
    assert consistent == {"fid": True, "tvd": False}
    two = [entry for entry in records(GRID) if entry["name"] in ("e11-d11", "e13-d13")]
    assert choose(two, consistent) == (["fid"], "e11-d11")


@pytest.mark.parametrize(
    ("fid", "tvd", "noise", "expected"),
    [
        ([-8] * 5, [-10] * 5, 0.1, {"fid": True, "tvd": True}),
        ([-8, -8, -8, -8, -6], [-6] * 5, 0.1, {"fid": True, "tvd": False}),  # four of five are enough
        ([-10, -10, -6], [-10] * 3, 0.1, {"fid": False, "tvd": True}),
        ([-10] * 3, [-8] * 3, 1.3, {"fid": True, "tvd": False}),  # 4 >= 3 * 1.3 > 3
        ([-10] * 3, [-10] * 3, 1.4, {"fid": False, "tvd": False}),
    ],
)
def test_consistency_needs_a_trend_that_is_clear_of_the_noise(fid, tvd, noise, expected):
    assert decide(runs(fid, tvd, noise), share=0.8, level=0.05) == expected


def test_each_run_is_judged_by_its_own_noise():
    noisy = runs([-10] * 3, [-10] * 3)
    noisy[0]["noise_sd"]["tvd"] = 100
    assert decide(noisy, share=0.8, level=0.05) == {"fid": True, "tvd": False}
    assert decide(noisy, share=0.6, level=0.05) == {"fid": True, "tvd": True}


TRAINED = [
    {"name": "a-a", "fid": 3, "tvd": 0.1, "loss": 9},
    {"name": "b-b", "fid": 2, "tvd": 0.2, "loss": 8},
    {"name": "c-c", "fid": 1, "tvd": 0.3, "loss": 7},
    {"name": "d-d", "fid": 4, "tvd": 0.4, "loss": 6},
]


@pytest.mark.parametrize(
    ("fid", "tvd", "deciding", "selected"),
    [
        (True, False, ["fid"], "c-c"),
        (False, True, ["tvd"], "a-a"),
        (True, True, ["fid", "tvd"], "c-c"),  # of the new front the lowest FID
        (False, False, ["loss"], "d-d"),
    ],
)
def test_the_consistent_metrics_choose(fid, tvd, deciding, selected):
    assert choose(TRAINED, {"fid": fid, "tvd": tvd}) == (deciding, selected)


def result(job, fid, tvd, loss, series=(5, 4, 3, 2, 1)):
    history = [
        {"step": 10 * (i + 1), "loss": loss + value, "distortion": 1, "kl": 1, "fid": fid * value, "tvd": tvd * value}
        for i, value in enumerate(series)
    ]
    metrics = {"fid": fid, "tvd": tvd, "loss": loss, "mse": 1.5, "kl": 2.5}
    measured = {"history": {"": history}, "metrics": metrics, "noise_sd": {"fid": fid / 100, "tvd": tvd / 100}}
    return Outcome(job, "key", {}, measured)


@pytest.fixture
def search(monkeypatch, tmp_path, parameters_with, yardstick):
    """Return a function that runs the stage on a grid of three; the front is e10-d10 and e16-d16."""
    planned = []

    def train_seeds(jobs, trained_on, label):
        planned.extend(jobs)
        assert trained_on is yardstick and label == "selection digits mlp"
        return [
            # The deeper network is the worse one; the long trainings are the last two.
            result(job, *((20, 0.5, 3) if len(job.training.configuration["encoder"]) > 4 else (10, 0.2, 4)))
            for job in jobs
        ]

    monkeypatch.setattr(pareto_select, "train_seeds", train_seeds)
    monkeypatch.setattr(pareto_select, "read_yardstick", lambda *_: yardstick)
    monkeypatch.setattr(pareto_select, "read_dataset", lambda *_: None)
    grid = [("e10-d10", 2, 0.3), ("e13-d13", 3, 0.4), ("e16-d16", 4, 0.2)]
    candidates = [{"name": name, "fid": {"mean": fid}, "tvd": {"mean": tvd}} for name, fid, tvd in grid]
    files.write_json(tmp_path / "grid.json", {"precision": "bfloat16", "candidates": candidates})
    paths = {
        "grid": tmp_path / "grid.json", "record": tmp_path / "record.json", "data": None, "classifier": None,
        "architectures": ROOT / "architectures.yaml",
    }  # fmt: skip

    def run(**changes):
        common = ("seed", "runs")
        keys = {name: f"pareto_select.{'common' if name in common else 'digits.mlp'}.{name}" for name in changes}
        parameters = parameters_with({keys[name]: value for name, value in changes.items()})
        pareto_select.main(parameters, dataset="digits", network="mlp", **paths)
        return files.read_json(paths["record"]), planned

    return run


def test_the_search_trains_the_front_on_enough_seeds(search, committed, architectures):
    settings = {**committed["pareto_select"]["common"], **committed["pareto_select"]["digits"]["mlp"]}
    _, planned = search(seed=7, runs=3)
    units = architectures["mlp"]["encoders"]
    order = [(units["e10"], 7), (units["e10"], 8), (units["e16"], 7), (units["e16"], 8)]
    trainings = [job.training for job in planned]
    assert [(training.configuration["encoder"], training.seed) for training in trainings] == [
        *order,
        (units["e10"], 9),
        (units["e16"], 9),
    ]
    assert [(job.training.steps, job.training.periods, job.measuring.noise_repeats) for job in planned] == [
        *[(settings["periods"] * settings["period_steps"], settings["periods"], settings["noise_repeats"])] * 4,
        *[(settings["long_steps"], 1, 0)] * 2,
    ]
    assert all(job.measuring.training is job.training for job in planned)
    assert {training.schedule["beta"] for training in trainings} == {committed["preliminary_grid"]["common"]["beta"]}
    assert {job.measuring.images for job in planned} == {training.period_images for training in trainings}
    assert {job.measuring.images for job in planned} == {settings["images"]}


def test_the_record_tells_the_whole_search(search, committed, architectures):
    record, _ = search(seed=7, runs=3)
    assert record["front"] == ["e10-d10", "e16-d16"]
    assert record["candidates"][1] == {"name": "e13-d13", "fid": 3, "tvd": 0.4}
    assert [(run["candidate"], run["seed"]) for run in record["runs"]] == [
        ("e10-d10", 7), ("e10-d10", 8), ("e16-d16", 7), ("e16-d16", 8),
    ]  # fmt: skip
    assert record["runs"][2]["fid"] == [50, 40, 30, 20, 10] and record["runs"][2]["steps"] == [10, 20, 30, 40, 50]
    assert record["runs"][0]["loss"] == [8, 7, 6, 5, 4]
    assert record["noise_sd"] == {"fid": 0.2, "tvd": 0.005}
    assert record["consistent"] == {"fid": True, "tvd": True} and record["decided_by"] == ["fid", "tvd"]
    long_steps = committed["pareto_select"]["digits"]["mlp"]["long_steps"]
    assert record["long"][1] == {
        "candidate": "e16-d16", "steps": long_steps, "fid": 10, "tvd": 0.2, "loss": 4, "mse": 1.5, "kl": 2.5,
    }  # fmt: skip
    assert record["selected"] == "e16-d16" == record["architecture"]["name"]
    assert record["architecture"]["encoder"] == architectures["mlp"]["encoders"]["e16"]
    assert (record["dataset"], record["network"], record["searched_on"]) == ("digits", "mlp", "digits")
    assert (record["precision"], record["grid"]) == ("float32", {"precision": "bfloat16"})  # each as it was trained


def test_a_named_architecture_is_taken_and_the_choice_still_told(search, architectures):
    record, _ = search(architecture="e3-d5")
    assert record["selected"] == "e16-d16"
    parts = architectures["mlp"]
    wanted = {"name": "e3-d5", "encoder": parts["encoders"]["e3"], "decoder": parts["decoders"]["d5"]}
    assert record["architecture"] == wanted
