"""Differences of records against SciPy, by hand, and on every committed record."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.experiment.differences import Difference, Sample, differences, samples
from pipeline.jobs.closure import ROOT

VALUES = st.lists(st.floats(-1e3, 1e3, width=32), min_size=2, max_size=8)


def sample(values):
    return Sample(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None, len(values))


def difference(before, after):
    return Difference("fid", sample(before), sample(after))


@pytest.mark.parametrize("sizes", [(2, 2), (2, 5), (5, 5), (8, 3)])
@pytest.mark.parametrize("spread", [0.01, 1.0, 40.0])
def test_the_interval_is_that_of_scipy(sizes, spread):
    rng = np.random.default_rng(0)
    before, after = rng.normal(10, 1, sizes[0]), rng.normal(12, spread, sizes[1])
    expected = stats.ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert difference(before, after).interval == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_the_interval_of_two_seeds_on_each_side_by_hand():
    """Variances 2 and 2, so a standard error of sqrt(2 / 2 + 2 / 2), and two degrees of freedom: t = 4.302653."""
    result = difference([1, 3], [11, 13])
    assert result.change == 10 and result.verdict == "clear"
    assert result.interval == pytest.approx((10 - 4.302653 * math.sqrt(2), 10 + 4.302653 * math.sqrt(2)), abs=1e-5)
    assert difference([1, 3], [7, 9]).verdict == "within seeds"  # 6 is less than 4.302653 sqrt(2) = 6.08


@given(VALUES, VALUES)
def test_swapping_the_sides_turns_the_sign_and_keeps_the_verdict(before, after):
    there, back = difference(before, after), difference(after, before)
    assert there.change == -back.change and there.verdict == back.verdict
    assert there.interval == pytest.approx(tuple(-end for end in reversed(back.interval)), rel=1e-6, abs=1e-9)
    assert there.interval[0] <= there.change <= there.interval[1]


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6), st.integers(-30, 30), st.sampled_from([1e-200, 1e200]))
def test_the_unit_of_a_metric_does_not_matter(values, shift, unit):
    moved = [value + shift for value in values]
    before, after = sample(values), sample(moved)
    scaled = [Sample(one.mean * unit, one.sd * unit, one.n) for one in (before, after)]
    assert Difference("m", *scaled).verdict == difference(values, moved).verdict


def test_seeds_that_agree_to_the_last_bit_leave_no_noise():
    assert difference([10.1346] * 3, [10.1347] * 3).verdict == "clear"
    assert difference([4.0, 4.0], [3.0, 5.0]).verdict == "within seeds"


@pytest.mark.parametrize(("before", "after"), [([1.0], [100.0, 101.0]), ([1.0, 2.0], [50.0]), ([1.0], [2.0])])
def test_one_seed_gives_no_interval_and_no_verdict(before, after):
    result = difference(before, after)
    assert result.interval is None and result.verdict == "one seed"


def test_only_what_differs_is_listed_and_what_one_side_lacks_is_named():
    same, old, new = ({"mean": mean, "sd": 1.0, "n": 3, "values": []} for mean in (1.0, 2.0, 9.0))
    before = {"mlp": {"same": same, "moved": old, "lost": old}, "accuracy": 0.9}
    after = {"mlp": {"added": new, "same": same, "moved": new}, "accuracy": 0.8}
    assert [(one.metric, one.verdict) for one in differences(before, after)] == [
        ("mlp.added", "new"), ("mlp.moved", "clear"), ("mlp.lost", "gone"),
    ]  # fmt: skip
    assert [one.change for one in differences(before, after)] == [None, 7.0, None]
    assert differences(after, after) == differences(None, None) == []
    assert {one.verdict for one in differences(None, after)} == {"new"}


def test_the_number_of_seeds_may_stand_around_a_metric_and_lists_go_by_names():
    content = {
        "mlp": {"n": 4, "fid": {"mean": 1.0, "sd": 2.0}},
        "candidates": [{"name": "e0-d0", "fid": {"mean": 3.0, "sd": None, "n": 1}}],
        "alike": [{"name": "same", "fid": {"mean": mean, "sd": 6.0, "n": 2}} for mean in (5.0, 7.0)],
        "nested": [[{"mean": 8.0, "sd": 1.0, "n": 2}], "text"],
    }
    assert dict(samples(content)) == {
        "mlp.fid": Sample(1.0, 2.0, 4),
        "candidates.e0-d0.fid": Sample(3.0, None, 1),
        "alike.0.fid": Sample(5.0, 6.0, 2),
        "alike.1.fid": Sample(7.0, 6.0, 2),
        "nested.0.0": Sample(8.0, 1.0, 2),
    }


@pytest.mark.parametrize("path", sorted((ROOT / "metrics").rglob("*.json")), ids=lambda path: path.stem)
def test_every_committed_record_can_be_compared(path):
    text = path.read_text(encoding="utf-8")
    found = dict(samples(json.loads(text)))
    if '"values"' in text:
        assert len(found) == text.count('"values"')
    for one in found.values():
        assert math.isfinite(one.mean) and one.n >= 1 and (one.sd is None) == (one.n == 1)
