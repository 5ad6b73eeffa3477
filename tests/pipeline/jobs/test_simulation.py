"""Simulated runs, against what can be told by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.jobs.simulation import simulate
from pipeline.jobs.times import COLLECTING, Cost


def cost(stage, jobs, seconds):
    return Cost(stage, "training", jobs, 1, seconds, "P")


def test_one_stage_of_equal_jobs():
    """Eight jobs of ten seconds on three cores are three rounds."""
    run = simulate({"a": []}, [cost("a", 8, 80)], 3)
    assert run.seconds == 30 + COLLECTING
    assert run.occupancy == pytest.approx(80 / (3 * run.seconds))
    assert max(busy for _, busy in run.busy) == 3 and run.busy[-1] == (run.seconds, 0)


def test_training_and_measuring_are_one_job():
    known = [cost("a", 2, 20), Cost("a", "measuring", 2, 2, 6.0, "P")]
    assert simulate({"a": []}, known, 2).seconds == 13 + COLLECTING


def test_a_stage_waits_for_those_above_it_and_others_fill_the_cores():
    above = {"root": [], "a": ["root"], "b": ["a"], "c": ["root"]}
    known = [cost("a", 1, 10), cost("b", 1, 10), cost("c", 1, 25)]
    both = simulate(above, known, 2)
    # The root; a beside c; b from 16 to 26, collected at 29; then c, which ended at 28.
    assert both.seconds == 29 + COLLECTING
    one = simulate(above, known, 1)
    assert one.seconds == pytest.approx(COLLECTING + 10 + 25 + 10 + COLLECTING)


def test_what_stands_above_none_of_the_stages_does_not_count():
    assert simulate({"a": ["elsewhere"]}, [cost("a", 1, 5), cost("elsewhere", 1, 100)], 1).seconds == 5 + COLLECTING


def test_nothing_takes_no_time():
    assert simulate({}, [], 4).seconds == 0


@given(
    layers=st.lists(st.lists(st.tuples(st.integers(0, 5), st.floats(0.1, 100)), min_size=1, max_size=4), max_size=4),
    cores=st.integers(1, 9),
)
def test_no_run_beats_the_work_or_the_longest_path(layers, cores):
    """Each layer stands on all of the layer before it."""
    above, known, path, before = {}, [], 0.0, []
    for depth, layer in enumerate(layers):
        names = [f"{depth}-{i}" for i in range(len(layer))]
        above.update({name: before for name in names})
        known += [cost(name, jobs, jobs * each) for name, (jobs, each) in zip(names, layer, strict=True) if jobs]
        path += max(each if jobs else 0 for jobs, each in layer) + COLLECTING
        before = names
    run = simulate(above, known, cores)
    work = sum(one.seconds for one in known)
    assert run.seconds >= max(path, work / cores) - 1e-6
    assert run.seconds <= work + COLLECTING * len(above) + 1e-6
    assert 0 <= run.occupancy <= 1 + 1e-9
    assert all(0 <= busy <= cores for _, busy in run.busy)
