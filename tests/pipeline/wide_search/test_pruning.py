"""Which trials go on: fronts against brute force, answers by hand, and what the order may not depend on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.wide_search.pruning import front_of, fronts, going_on, ordered

POINTS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12)


def beats(one, other):
    return all(a <= b for a, b in zip(one, other, strict=True)) and one != other


@given(POINTS)
def test_a_front_is_as_deep_as_the_longest_chain_of_rivals_that_beat_each_other(points):
    def depth(point):
        return max((1 + depth(other) for other in points if beats(other, point)), default=0)

    assert fronts(np.array(points, float)) == [depth(point) for point in points]


def test_fronts_then_ranks_then_numbers_decide():
    """Of the first front 2 and 5 have the lowest sum of ranks, and 2 came first; 9 is on the third front."""
    measured = {5: (2, 2), 1: (0, 9), 2: (2, 2), 9: (9, 9.5), 7: (3, 8), 4: (9, 0)}
    assert ordered(measured)[:2] == [2, 5]
    assert {*ordered(measured)[2:4]} == {1, 4} and ordered(measured)[4:] == [7, 9]


@given(POINTS, st.sampled_from([0.1, 0.5, 1.0]))
def test_a_share_goes_on_and_none_of_it_is_beaten_by_one_that_does_not(points, keep):
    measured = dict(enumerate(points))
    chosen = going_on(measured, keep)
    assert len(chosen) == max(1, int(np.ceil(keep * len(points))))
    assert not any(beats(measured[out], measured[on]) for on in chosen for out in measured.keys() - chosen)


@given(POINTS, st.randoms())
def test_the_order_in_which_trials_end_changes_nothing(points, random):
    entries = list(enumerate(points))
    random.shuffle(entries)
    assert ordered(dict(entries)) == ordered(dict(enumerate(points)))


@given(POINTS)
def test_a_scale_of_either_objective_changes_nothing(points):
    scaled = {number: (1e4 * fid, np.exp(tvd)) for number, (fid, tvd) in enumerate(points)}
    assert ordered(scaled) == ordered(dict(enumerate(points)))


def test_the_front_of_nothing_is_empty():
    assert front_of([], ("fid", "tvd")) == []
    one, other = {"fid": 1.0, "tvd": 0.5}, {"fid": 2.0, "tvd": 0.5}
    assert front_of([other, one], ("fid", "tvd")) == [one]


@pytest.mark.parametrize("keep", [0.25, 0.5])
def test_equal_trials_go_on_by_their_number(keep):
    assert going_on(dict.fromkeys((3, 1, 2, 0), (1.0, 1.0)), keep) == set(range(int(4 * keep)))
