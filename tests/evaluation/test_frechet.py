"""FID against closed forms, invariances, and three other ways to compute the trace of the square root."""

import warnings

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tfvae.evaluation import fid, frechet_distance, gaussian_statistics

ORIGIN = np.zeros(2)
CORRELATED = np.array([[2.0, 1.0], [1.0, 2.0]])
DIAGONAL = np.diag([3.0, 1.0])


def features(seed, n=300, d=8, relu=False):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) + rng.standard_normal(d)
    return np.maximum(x, 0) if relu else x


def orthogonal(seed, d):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]


def fid_by_sqrtm(x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns when the product is close to singular.
        root = scipy.linalg.sqrtm(np.cov(x.T) @ np.cov(y.T))
    return np.square(x.mean(0) - y.mean(0)).sum() + np.trace(np.cov(x.T) + np.cov(y.T) - 2 * np.real(root))


def fid_by_eigenvalues(x, y):
    values = np.linalg.eigvals(np.cov(x.T) @ np.cov(y.T))
    cross = np.sqrt(np.clip(values.real, 0, None)).sum()
    return np.square(x.mean(0) - y.mean(0)).sum() + np.trace(np.cov(x.T) + np.cov(y.T)) - 2 * cross


def fid_by_nuclear_norm(x, y):
    r_x, r_y = (np.linalg.qr((z - z.mean(0)) / np.sqrt(len(z) - 1))[1] for z in (x, y))
    cross = np.linalg.norm(r_x @ r_y.T, "nuc")
    return np.square(x.mean(0) - y.mean(0)).sum() + np.trace(np.cov(x.T) + np.cov(y.T)) - 2 * cross


ORACLES = [fid_by_sqrtm, fid_by_eigenvalues, fid_by_nuclear_norm]


@pytest.mark.parametrize(
    "cov_1, cov_2, expected",
    [
        pytest.param(CORRELATED, DIAGONAL, 8 - 2 * np.sqrt(14), id="full rank"),
        pytest.param(np.ones((2, 2)), DIAGONAL, 2.0, id="rank 1"),
        pytest.param(np.zeros((2, 2)), DIAGONAL, 4.0, id="rank 0"),
        pytest.param(np.diag([1.0, 0.0]), np.diag([0.0, 1.0]), 2.0, id="disjoint supports"),
        pytest.param(DIAGONAL, DIAGONAL, 0.0, id="equal"),
    ],
)
def test_known_covariances(cov_1, cov_2, expected):
    assert frechet_distance(ORIGIN, cov_1, ORIGIN, cov_2) == pytest.approx(expected, abs=1e-12)
    assert frechet_distance(ORIGIN, cov_2, ORIGIN, cov_1) == pytest.approx(expected, abs=1e-12)


def test_the_reference_value_in_digits():
    assert frechet_distance(ORIGIN, CORRELATED, ORIGIN, DIAGONAL) == pytest.approx(0.5166852, abs=5e-8)


@settings(max_examples=200)
@given(*(st.floats(-100, 100) for _ in range(2)), *(st.floats(0, 100) for _ in range(2)))
def test_one_dimension(mean_1, mean_2, sd_1, sd_2):
    value = frechet_distance([mean_1], [[sd_1**2]], [mean_2], [[sd_2**2]])
    assert value == pytest.approx((mean_1 - mean_2) ** 2 + (sd_1 - sd_2) ** 2, abs=1e-9)


def test_means_only():
    assert frechet_distance([1.0, 2.0], CORRELATED, [4.0, -2.0], CORRELATED) == pytest.approx(25.0)


@pytest.mark.parametrize("oracle", ORACLES)
@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_other_algorithms(oracle, relu, seed):
    x, y = features(seed, relu=relu), features(seed + 10, n=200, relu=relu)
    assert fid(x, y) == pytest.approx(oracle(x, y), rel=1e-8)


@settings(max_examples=200)
@given(
    *(arrays(np.float64, (5, 5), elements=st.integers(-3, 3).map(float)) for _ in range(2)),
    *(arrays(np.float64, 5, elements=st.floats(-10, 10)) for _ in range(2)),
)
def test_any_covariances_of_full_rank_against_sqrtm(a, b, mean_1, mean_2):
    cov_1, cov_2 = a @ a.T + np.eye(5), b @ b.T + np.eye(5)
    root = np.real(scipy.linalg.sqrtm(cov_1 @ cov_2))
    expected = np.square(mean_1 - mean_2).sum() + np.trace(cov_1 + cov_2 - 2 * root)
    assert frechet_distance(mean_1, cov_1, mean_2, cov_2) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_float32_features_lose_nothing_but_their_own_rounding():
    x, y = features(0).astype(np.float32), features(1).astype(np.float32)
    assert fid(x, y) == pytest.approx(fid_by_nuclear_norm(x.astype(np.float64), y.astype(np.float64)), rel=1e-10)


@settings(max_examples=200)
@given(
    arrays(np.float64, st.tuples(st.integers(2, 12), st.just(4)), elements=st.floats(-10, 10)),
    arrays(np.float64, st.tuples(st.integers(2, 12), st.just(4)), elements=st.floats(-10, 10)),
)
def test_any_features_singular_or_not(x, y):
    value = fid(x, y)
    assert value >= 0
    assert fid(y, x) == pytest.approx(value, abs=1e-6)
    assert fid(x, x) < 1e-6
    # The nuclear norm of the QR factors never forms a covariance, so it is accurate for singular ones too.
    assert value == pytest.approx(fid_by_nuclear_norm(x, y), abs=1e-5)


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_equal_sets_are_at_distance_zero_with_dead_units(scale):
    x = features(3, n=2000, d=64, relu=True) * scale
    x[:, :20] = 0.0
    assert 0 <= fid(x, x) < 1e-6
    assert 0 <= fid(x.astype(np.float32), x.astype(np.float32)) < 1e-6


@pytest.mark.parametrize("n", [10, 2000])
def test_equal_sets_of_low_rank_in_a_general_position(n):
    """The usual square roots of eigenvalues are off by up to 5e-3 here."""
    rng = np.random.default_rng(0)
    x = 10 * rng.standard_normal((n, 20)) @ rng.standard_normal((20, 64))
    assert 0 <= fid(x, x) < 1e-6


@pytest.mark.parametrize("n", [10, 2000])
def test_low_rank_against_full_rank(n):
    """Eigenvalues that should be zero must count as zero: the square root of their rounding error is 1e-4 here."""
    rng = np.random.default_rng(0)
    x = 10 * rng.standard_normal((n, 20)) @ rng.standard_normal((20, 64))
    y = 10 * rng.standard_normal((2000, 64))
    assert fid(x, y) == pytest.approx(fid_by_nuclear_norm(x, y), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_invariant_under_rotation_and_translation(seed):
    x, y = features(seed), features(seed + 10)
    rotation, translation = orthogonal(seed, 8), np.arange(8.0)
    assert fid(x @ rotation + translation, y @ rotation + translation) == pytest.approx(fid(x, y), rel=1e-9)


@given(st.floats(1e-3, 1e3))
def test_scales_with_the_square_of_the_features(scale):
    x, y = features(1), features(2)
    assert fid(scale * x, scale * y) == pytest.approx(scale**2 * fid(x, y), rel=1e-8)


def test_bias_for_two_samples_of_one_gaussian():
    """(D + D (D + 1) / 4) (1/N + 1/M), to first order."""
    d, n = 16, 4000
    rng = np.random.default_rng(0)
    values = [fid(rng.standard_normal((n, d)), rng.standard_normal((n, d))) for _ in range(20)]
    expected = (d + d * (d + 1) / 4) * 2 / n
    assert np.mean(values) == pytest.approx(expected, rel=0.05)


def test_statistics_are_those_of_numpy_with_ddof_1():
    x = features(4).astype(np.float32)
    mean, cov = gaussian_statistics(x)
    assert mean.dtype == cov.dtype == np.float64
    np.testing.assert_allclose(mean, x.astype(np.float64).mean(0), rtol=1e-12)
    np.testing.assert_allclose(cov, np.cov(x.astype(np.float64).T), rtol=1e-10)
    assert fid(x, features(5)) == frechet_distance(mean, cov, *gaussian_statistics(features(5)))


def test_statistics_keep_their_digits_far_from_the_origin():
    x = features(6)
    np.testing.assert_allclose(gaussian_statistics(x + 1e6)[1], np.cov(x.T), rtol=1e-6, atol=1e-8)


def test_features_are_not_modified():
    x, y = features(7), features(8)
    copies = x.copy(), y.copy()
    fid(x, y)
    np.testing.assert_array_equal((x, y), copies)


def test_covariances_from_float32_are_accepted():
    x = features(9, n=2000, d=64, relu=True)
    x[:, :20] = 0.0
    cov = np.cov(x.T.astype(np.float32), dtype=np.float32)
    assert frechet_distance(np.zeros(64), cov, np.zeros(64), cov) < 1e-3


@pytest.mark.parametrize(
    "x, y, message",
    [
        pytest.param(np.zeros((1, 3)), np.zeros((5, 3)), "features_1 must hold at least 2", id="one sample"),
        pytest.param(np.zeros((5, 3)), np.zeros((0, 3)), "features_2 must hold at least 2", id="no sample"),
        pytest.param(np.zeros((5, 3)), np.zeros((5, 4)), "same number of dimensions", id="dimensions"),
        pytest.param(np.zeros(5), np.zeros((5, 4)), r"shape.*Received: features_1.shape=\(5,\)", id="vector"),
        pytest.param(np.zeros((5, 0)), np.zeros((5, 0)), "shape", id="no dimension"),
        pytest.param(np.zeros((5, 3)), np.full((5, 3), np.nan), "features_2 must be finite.*15 NaN", id="NaN"),
        pytest.param(np.full((5, 3), -np.inf), np.zeros((5, 3)), "features_1 must be finite", id="infinite"),
        pytest.param(np.zeros((5, 3), complex), np.zeros((5, 3)), "real numbers", id="complex"),
        pytest.param(np.full((5, 3), "a"), np.zeros((5, 3)), "real numbers", id="text"),
    ],
)
def test_refuses_bad_features(x, y, message):
    with pytest.raises(ValueError, match=message):
        fid(x, y)


@pytest.mark.parametrize(
    "mean, cov, message",
    [
        pytest.param(np.zeros(3), np.eye(2), r"shapes \(D,\) and \(D, D\)", id="shapes"),
        pytest.param(np.zeros((1, 2)), np.eye(2), r"shapes \(D,\) and \(D, D\)", id="matrix of means"),
        pytest.param(np.zeros(3), np.eye(3), "same number of dimensions", id="dimensions"),
        pytest.param([0.0, np.nan], np.eye(2), "finite", id="NaN"),
        pytest.param(np.zeros(2), np.full((2, 2), np.inf), "finite", id="infinite"),
        pytest.param(np.zeros(2), [[1.0, 0.5], [0.0, 1.0]], "symmetric", id="asymmetric"),
        pytest.param(np.zeros(2), [[1.0, 2.0], [2.0, 1.0]], "positive semi-definite", id="indefinite"),
        pytest.param(np.zeros(2), -np.eye(2), "positive semi-definite", id="negative"),
    ],
)
def test_refuses_bad_statistics(mean, cov, message):
    with pytest.raises(ValueError, match=message):
        frechet_distance(np.zeros(2), np.eye(2), mean, cov)
