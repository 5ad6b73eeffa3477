"""KID against hand-computed values and the definition, pair by pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tfvae.evaluation import kernel_distance, kid, kid_subsets


def brute_force(x, y):
    def k(a, b):
        return (sum(i * j for i, j in zip(a, b, strict=True)) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    within_x = sum(k(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    within_y = sum(k(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return within_x + within_y - 2 * sum(k(a, b) for a in x for b in y) / (n * m)


def normal(seed, n, d=4, mean=0.0):
    return np.random.default_rng(seed).standard_normal((n, d)) + mean


@pytest.mark.parametrize("y, expected", [([[0.0], [1.0]], -3.5), ([[2.0], [3.0]], 297.5)])
def test_two_points_on_a_line(y, expected):
    assert kid([[0.0], [1.0]], y) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=200)
@given(
    arrays(np.float64, st.tuples(st.integers(2, 6), st.just(3)), elements=st.floats(-5, 5)),
    arrays(np.float64, st.tuples(st.integers(2, 6), st.just(3)), elements=st.floats(-5, 5)),
)
def test_any_small_sets(x, y):
    assert kid(x, y) == pytest.approx(brute_force(x.tolist(), y.tolist()), rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("block", [1, 7, 16, 1000])
def test_blocks_do_not_change_the_value(monkeypatch, block):
    x, y = normal(0, 33), normal(1, 20, mean=0.5)
    monkeypatch.setattr(kernel_distance, "BLOCK", block)
    assert kid(x, y) == pytest.approx(brute_force(x.tolist(), y.tolist()), rel=1e-10)


def test_sets_larger_than_a_block():
    x, y = normal(0, 2500), normal(1, 1100, mean=0.2)
    g_x, g_y, g_xy = ((a @ b.T / 4 + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    expected = (
        (g_x.sum() - np.trace(g_x)) / (2500 * 2499) + (g_y.sum() - np.trace(g_y)) / (1100 * 1099) - 2 * g_xy.mean()
    )
    assert kid(x, y) == pytest.approx(expected, rel=1e-9)


def test_unbiased_zero_for_equal_distributions():
    values = [kid(normal(2 * i, 50), normal(2 * i + 1, 80)) for i in range(200)]
    standard_error = np.std(values, ddof=1) / np.sqrt(len(values))
    assert abs(np.mean(values)) < 4 * standard_error
    assert min(values) < 0 < max(values)


def test_grows_with_the_difference():
    x = normal(0, 500)
    values = [kid(x, normal(1, 500, mean=mean)) for mean in (0.0, 0.5, 1.0, 2.0)]
    assert values == sorted(values)


def test_symmetric_and_invariant_under_rotation():
    x, y = normal(0, 60), normal(1, 70, mean=1.0)
    rotation = np.linalg.qr(normal(2, 4))[0]
    assert kid(y, x) == pytest.approx(kid(x, y), rel=1e-12)
    assert kid(x @ rotation, y @ rotation) == pytest.approx(kid(x, y), rel=1e-10)


def test_float32_features_are_computed_in_float64():
    x, y = normal(0, 60).astype(np.float32), normal(1, 70).astype(np.float32)
    assert kid(x, y) == kid(x.astype(np.float64), y.astype(np.float64))


def test_subsets_of_everything_are_the_full_estimate():
    x, y = normal(0, 40), normal(1, 40, mean=0.5)
    mean, sd = kid_subsets(x, y, subsets=3, size=1000)
    assert mean == pytest.approx(kid(x, y), rel=1e-10)
    assert sd == pytest.approx(0, abs=1e-10)


def test_subsets_estimate_the_full_value():
    x, y = normal(0, 600), normal(1, 500, mean=0.5)
    mean, sd = kid_subsets(x, y, subsets=200, size=100)
    assert sd > 0
    assert mean == pytest.approx(kid(x, y), abs=4 * sd / np.sqrt(200))


def test_smaller_subsets_vary_more():
    x, y = normal(0, 600), normal(1, 600, mean=0.5)
    assert kid_subsets(x, y, subsets=50, size=50)[1] > 2 * kid_subsets(x, y, subsets=50, size=500)[1]


def test_subsets_are_a_function_of_the_seed():
    x, y = normal(0, 100), normal(1, 100)
    first = kid_subsets(x, y, subsets=5, size=20, seed=3)
    assert kid_subsets(x, y, subsets=5, size=20, seed=3) == first
    assert kid_subsets(x, y, subsets=5, size=20, seed=4) != first


@pytest.mark.parametrize("options", [{"subsets": 1}, {"size": 1}, {"subsets": 0}, {"size": 2.5}])
def test_refuses_too_few_subsets(options):
    with pytest.raises(ValueError, match=r"at least 2 and an integer\. Received: (subsets|size)="):
        kid_subsets(normal(0, 10), normal(1, 10), **options)


@pytest.mark.parametrize("function", [kid, kid_subsets])
@pytest.mark.parametrize(
    "x, y, message",
    [
        pytest.param(np.zeros((1, 3)), np.zeros((5, 3)), "at least 2 samples", id="one sample"),
        pytest.param(np.zeros((5, 3)), np.zeros((5, 4)), "same number of dimensions", id="dimensions"),
        pytest.param(np.zeros((5, 3)), np.full((5, 3), np.nan), "finite", id="NaN"),
    ],
)
def test_refuses_bad_features(function, x, y, message):
    with pytest.raises(ValueError, match=message):
        function(x, y)
