"""The Mann-Kendall test against enumeration and SciPy, and the rule built on it."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from tfvae.evaluation import consistency, is_consistent, mann_kendall_decreasing

# Orders of five values with the statistic in the name.
FALLING = {
    -10: [5, 4, 3, 2, 1],
    -8: [5, 4, 3, 1, 2],
    -6: [5, 4, 1, 3, 2],
    -4: [5, 1, 4, 3, 2],
    4: [2, 1, 4, 5, 3],
}


def statistic(series):
    return sum(int(np.sign(b - a)) for a, b in itertools.combinations(series, 2))


def enumerated_p(series):
    """The share of all orders whose statistic is at most that of the series."""
    observed, orders = statistic(series), list(itertools.permutations(series))
    return sum(statistic(order) <= observed for order in orders) / len(orders)


@settings(max_examples=200)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=6))
def test_any_short_series_ties_included(series):
    s, p = mann_kendall_decreasing(series)
    assert s == statistic(series)
    assert p == pytest.approx(enumerated_p(series), rel=1e-12)


@given(st.permutations(range(6)))
def test_any_short_series_without_ties(series):
    assert mann_kendall_decreasing(series) == (statistic(series), pytest.approx(enumerated_p(series), rel=1e-12))


@pytest.mark.parametrize("n", [8, 20, 40])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_kendalls_tau_of_scipy(n, seed):
    series = np.random.default_rng(seed).standard_normal(n) - 0.05 * np.arange(n)
    s, p = mann_kendall_decreasing(series)
    tau = scipy.stats.kendalltau(np.arange(n), series, method="exact", alternative="less")
    assert s == round(tau.statistic * math.comb(n, 2))
    assert p == pytest.approx(tau.pvalue, rel=1e-9)


@pytest.mark.parametrize(
    "series, s, orders, total",
    [
        (FALLING[-10], -10, 1, 120),
        (FALLING[-8], -8, 5, 120),
        (FALLING[-6], -6, 14, 120),
        ([4, 3, 2, 1], -6, 1, 24),
        ([3, 2, 1], -3, 1, 6),
        ([2, 1], -1, 1, 2),
        ([1, 2], 1, 2, 2),
        ([1, 1, 1, 1, 1], 0, 1, 1),
    ],
)
def test_known_probabilities(series, s, orders, total):
    assert mann_kendall_decreasing(series) == (s, orders / total)


def test_reversed_series_have_complementary_probabilities():
    series = np.random.default_rng(0).standard_normal(10)
    s, p = mann_kendall_decreasing(series)
    s_reversed, p_reversed = mann_kendall_decreasing(series[::-1])
    assert s_reversed == -s
    # P(S <= s) + P(S >= s) = 1 + P(S = s), and a step of the statistic is 2.
    assert p + p_reversed > 1
    assert mann_kendall_decreasing(-series) == (s_reversed, p_reversed)


@pytest.mark.parametrize("ties", [False, True])
def test_long_series_use_a_close_approximation(monkeypatch, ties):
    series = np.random.default_rng(2).standard_normal(50) - 0.01 * np.arange(50)
    series = np.round(series) if ties else series
    exact = mann_kendall_decreasing(series)
    monkeypatch.setattr(consistency, "EXACT_LENGTH", 49)
    approximate = mann_kendall_decreasing(series)
    assert approximate[0] == exact[0]
    # Without the correction for continuity the error would be above 3e-3.
    assert approximate[1] == pytest.approx(exact[1], abs=1.5e-3)
    assert approximate[1] != exact[1]


def test_long_series_have_sensible_probabilities():
    assert mann_kendall_decreasing(np.arange(200)[::-1])[1] < 1e-50
    assert mann_kendall_decreasing(np.arange(200))[1] == pytest.approx(1.0)
    assert mann_kendall_decreasing(np.zeros(200)) == (0, 1.0)


@pytest.mark.parametrize("series", [[1.0], [], [[1.0, 2.0]], [1.0, np.nan], [1.0, np.inf]])
def test_refuses_bad_series(series):
    with pytest.raises(ValueError, match=r"series must be (a vector|finite)"):
        mann_kendall_decreasing(series)


def test_the_series_of_the_reproduced_study():
    """Five runs each: FID has S = -10 in all of them, TVD -10, -8, 4, -8, -4. FID alone is consistent."""
    fid = [FALLING[-10]] * 5
    tvd = [FALLING[s] for s in (-10, -8, 4, -8, -4)]
    assert [mann_kendall_decreasing(run)[0] for run in tvd] == [-10, -8, 4, -8, -4]
    assert is_consistent(fid, noise_sd=0.5)
    assert not is_consistent(tvd, noise_sd=0.5)
    assert is_consistent(tvd, noise_sd=0.5, share=0.6)


@pytest.mark.parametrize("count, n", [(4, 5), (8, 10), (16, 20), (12, 15), (3, 3)])
def test_a_share_that_is_met_exactly_counts(count, n):
    runs = [FALLING[-10]] * count + [FALLING[4]] * (n - count)
    assert is_consistent(runs, 0.1, share=0.8)


@pytest.mark.parametrize("count, n", [(3, 5), (7, 10), (15, 20), (2, 3), (3, 4)])
def test_one_run_fewer_does_not_count(count, n):
    runs = [FALLING[-10]] * count + [FALLING[4]] * (n - count)
    assert not is_consistent(runs, 0.1, share=0.8)


@pytest.mark.parametrize("count, n, share", [(7, 25, 0.28), (14, 25, 0.56)])
def test_shares_whose_product_is_rounded_up(count, n, share):
    assert share * n > count
    assert is_consistent([FALLING[-10]] * count + [FALLING[4]] * (n - count), 0.0, share=share)


@given(st.integers(3, 60), st.data())
def test_shares_are_compared_without_rounding(n, data):
    count = data.draw(st.integers(1, n))
    runs = [FALLING[-10]] * count + [FALLING[4]] * (n - count)
    assert is_consistent(runs, 0.0, share=count / n)
    if count < n:
        assert not is_consistent(runs, 0.0, share=(count + 1) / n)


@settings(max_examples=150)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=3, max_size=5),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([0.5, 0.8, 1.0]),
    st.sampled_from([0.01, 0.05, 0.4]),
)
def test_any_runs_against_the_rule_by_enumeration(runs, noise, share, level):
    counting = sum(enumerated_p(run) <= level and abs(run[0] - run[-1]) >= 3 * noise for run in runs)
    assert is_consistent(runs, noise, share, level) == (Fraction(counting, len(runs)) >= Fraction(str(share)))


def test_the_drop_must_exceed_the_noise():
    runs = np.tile([16.0, 12.0, 8.0, 6.0, 4.0], (4, 1))
    assert is_consistent(runs, noise_sd=4.0)  # A drop of 12 is exactly three times the noise.
    assert not is_consistent(runs, noise_sd=4.01)


def test_the_noise_may_differ_between_runs():
    runs = np.tile([16.0, 12.0, 8.0, 6.0, 4.0], (5, 1))
    assert is_consistent(runs, noise_sd=[1.0, 1.0, 1.0, 1.0, 9.0])
    assert not is_consistent(runs, noise_sd=[1.0, 1.0, 1.0, 9.0, 9.0])


def test_the_level_decides_which_trends_are_significant():
    runs = [FALLING[-8]] * 3
    assert is_consistent(runs, 0.0, level=0.05)
    assert not is_consistent(runs, 0.0, level=0.04)


def test_rising_metrics_are_not_consistent_however_large_the_change():
    assert not is_consistent([[1.0, 2.0, 3.0, 4.0, 100.0]] * 5, 0.0)


def test_three_periods_are_never_enough():
    assert not is_consistent([[3.0, 2.0, 1.0]] * 5, 0.0)


@pytest.mark.parametrize(
    "runs, options, message",
    [
        pytest.param([[2, 1]] * 2, {}, "at least 3 rows", id="two runs"),
        pytest.param([[1]] * 3, {}, "2 columns", id="one period"),
        pytest.param([5, 4, 3, 2, 1], {}, "runs must have", id="one series"),
        pytest.param([[2, np.nan]] * 3, {}, "runs must be finite", id="NaN"),
        pytest.param([[2, 1]] * 3, {"noise_sd": -1.0}, "noise_sd must be", id="negative noise"),
        pytest.param([[2, 1]] * 3, {"noise_sd": np.nan}, "noise_sd must be", id="NaN noise"),
        pytest.param([[2, 1]] * 3, {"noise_sd": [1.0, 1.0]}, r"one per run \(3\)", id="noise shape"),
        pytest.param([[2, 1]] * 3, {"share": 0.0}, "share must be", id="share 0"),
        pytest.param([[2, 1]] * 3, {"share": 80}, "share must be", id="share in per cent"),
        pytest.param([[2, 1]] * 3, {"level": 1.0}, "level must be", id="level"),
    ],
)
def test_refuses_bad_arguments(runs, options, message):
    with pytest.raises(ValueError, match=message):
        is_consistent(runs, **{"noise_sd": 0.1, **options})
