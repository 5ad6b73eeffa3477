"""The rule of numbers that were trained again: intervals by SciPy, and how often chance alone is off."""

import math
import statistics

import numpy as np
import pytest
from scipy import stats

from pipeline.verification.rule import LEVEL, SAME, Number, Spread, judge, of_share, pooled

SPREAD = Spread(0.1, 6, logarithmic=True)


def verdict(recorded, here, spread=SPREAD):
    [judged] = judge([Number("a", "fid", recorded, here, spread)])
    return judged.verdict


def test_the_pooled_spread_is_that_of_the_logarithms_over_all_models():
    models = [[2.0, 3.0], [50.0], [10.0, 11.0, 14.0]]
    logs = [[math.log(value) for value in values] for values in models if len(values) > 1]
    variance = (statistics.variance(logs[0]) + 2 * statistics.variance(logs[1])) / 3
    spread = pooled(models)
    assert (spread.degrees, spread.logarithmic) == (3, True)
    assert spread.sd == pytest.approx(math.sqrt(variance))


def test_values_that_are_not_all_positive_keep_their_scale():
    spread = pooled([[-1.0, 3.0], [4.0, 4.0]])
    assert (spread.degrees, spread.logarithmic) == (2, False)
    assert spread.sd == pytest.approx(math.sqrt(8 / 2))


def test_single_seeds_have_no_spread():
    assert pooled([[1.0], [2.0]]) is None and pooled([]) is None


@pytest.mark.parametrize("count", [1, 40])
def test_the_interval_is_that_of_the_mean_of_further_runs(count):
    number = Number("a", "fid", [8.0, 10.0, 12.0], [1.0, 1.0], SPREAD)
    judged = judge([number] * count)[0]
    half = stats.t.ppf(1 - LEVEL / count / 2, 6) * 0.1 * math.sqrt(1 / 3 + 1 / 2)
    assert judged.interval == pytest.approx((10 * math.exp(-half), 10 * math.exp(half)))
    straight = judge([Number("a", "kid", [-1.0, 1.0], [1.0], Spread(0.1, math.inf, logarithmic=False))])[0]
    half = stats.norm.ppf(1 - LEVEL / 2) * 0.1 * math.sqrt(1 / 2 + 1)
    assert straight.interval == pytest.approx((-half, half))


def test_numbers_without_a_spread_do_not_widen_the_others():
    number, other = Number("a", "fid", [10.0], [11.0], SPREAD), Number("a", "stick", [0.5], [0.6])
    alone, beside = judge([number])[0], judge([number, other])
    assert beside[0] == alone and beside[1].verdict == "no spread" and beside[1].interval is None


def test_six_digits_are_the_same_and_all_values_count():
    assert verdict([123456.0, 2.0], [123456.1, 2.0]) == "same"
    assert verdict([123456.0, 2.0], [123457.0, 2.0]) == "within"
    assert verdict([1.0, 2.0], [2.0, 1.0]) == "within"  # the mean is the same, the values are not
    assert verdict([0.5], [0.5], None) == "same" and verdict([0.5], [0.6], None) == "no spread"


def test_what_lies_outside_or_is_missing_is_off():
    low, high = judge([Number("a", "fid", [10.0, 10.0], [9.0, 9.0], SPREAD)])[0].interval
    assert verdict([10.0, 10.0], [low * 1.001] * 2) == "within" == verdict([10.0, 10.0], [high / 1.001] * 2)
    assert verdict([10.0, 10.0], [low / 1.001] * 2) == "off" == verdict([10.0, 10.0], [high * 1.001] * 2)
    assert verdict([10.0, 10.0], [-10.0, -10.0]) == "off"  # a wrong sign
    assert verdict([10.0], []) == "off" == verdict([], [10.0])


def test_seeds_that_agree_exactly_leave_room_for_rounding_alone():
    exact = Spread(0.0, 6, logarithmic=True)
    assert verdict([10.0, 20.0], [20.0, 10.0], exact) == "within"
    assert verdict([10.0, 20.0], [20.0, 10.0 + 40 * SAME], exact) == "off"


def test_from_one_degree_of_freedom_an_interval_may_be_endless_but_never_excuses_a_sign():
    widest = [Number("a", "kl", [2.0, 6.0], [value] * 2, pooled([[2.0, 6.0]])) for value in (1e9, -1.0)] * 300
    assert [one.verdict for one in judge(widest)[:2]] == ["within", "off"]


@pytest.mark.parametrize(("share", "sd"), [(0.9, math.sqrt(0.9 * 0.1 / 400)), (1.0, math.sqrt(399) / 400 / 20)])
def test_a_share_has_the_standard_error_of_a_count(share, sd):
    spread = of_share(share, 400)
    assert spread.sd == pytest.approx(sd) and not spread.logarithmic and math.isinf(spread.degrees)


def test_chance_alone_is_off_in_at_most_one_run_of_a_hundred_and_a_shift_nearly_always():
    """Whole runs, as `verify` has them: 40 numbers, the spread of each from six models of two seeds."""
    rng, runs, count = np.random.default_rng(0), 600, 40
    off = {0.0: 0, 12.0: 0}
    for _ in range(runs):
        models = np.exp(rng.normal(3, 0.1, (count, 6, 2)))
        here = np.exp(rng.normal(3, 0.1, (count, 2)))
        for shift in off:
            moved = here * np.where(np.arange(count) == 0, math.exp(0.1 * shift), 1)[:, None]
            numbers = [
                Number("a", "fid", list(seeds[0]), list(values), pooled(seeds))
                for seeds, values in zip(models, moved, strict=True)
            ]
            off[shift] += any(one.verdict == "off" for one in judge(numbers))
    # 99.9 % of studies of so many runs have at most so many, if each is off with probability LEVEL.
    assert off[0.0] <= stats.binom.ppf(0.999, runs, LEVEL)
    assert off[12.0] > 0.8 * runs
