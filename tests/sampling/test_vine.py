"""The vine copula: margins, ranks and dependence of known copulas, what does not vary, and a missing package."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from tests.hostile import hostile_arrays, is_number_or_refusal, outcome
from tfvae.errors import Refused
from tfvae.sampling.vine import VineSampler, fit_vine


@pytest.fixture
def vines():
    return pytest.importorskip("pyvinecopulib", reason="the package pyvinecopulib is not installed")


def generator(seed=0):
    return np.random.default_rng(seed)


def clayton(count, theta, seed=0):
    """Return pairs (count, 2) of a Clayton copula, by Marshall & Olkin (1988): u = (1 + e / v)^(-1 / theta)."""
    rng = generator(seed)
    common, exponential = rng.gamma(1 / theta, size=(count, 1)), rng.exponential(size=(count, 2))
    return (1 + exponential / common) ** (-1 / theta)


def latents(count=3000):
    """Return a Clayton pair with other margins, exponential and of two humps, and a third dimension by itself."""
    u = clayton(count, theta=2.0)
    humps = np.where(u[:, 1] < 0.4, -3.0, 3.0) + u[:, 1]
    return np.stack([-np.log1p(-u[:, 0]), humps, generator(1).normal(size=count)], axis=1)


def test_margins_and_kendalls_tau_are_those_of_the_copula(vines):
    """Kendall's tau of a Clayton copula is theta / (theta + 2), that of independent dimensions 0."""
    samples, given_ = fit_vine(latents()).sample(3000, generator()), latents()
    for dimension in range(3):
        assert stats.ks_2samp(given_[:, dimension], samples[:, dimension]).pvalue > 0.01
        assert given_[:, dimension].min() <= samples[:, dimension].min()
        assert samples[:, dimension].max() <= given_[:, dimension].max()
    pairs = [(0, 1, 0.5), (0, 2, 0.0), (1, 2, 0.0)]
    for first, second, tau in pairs:
        assert stats.kendalltau(samples[:, first], samples[:, second]).statistic == pytest.approx(tau, abs=0.04)


def test_the_lower_tail_is_that_of_the_copula_and_of_no_gaussian(vines):
    """Of a Clayton copula both values lie below q with the probability (2 q^-theta - 1)^(-1/theta)."""
    theta, q, count = 2.0, 0.02, 40_000
    samples = fit_vine(clayton(4000, theta)).sample(count, generator())
    expected = (2 * q**-theta - 1) ** (-1 / theta)
    correlation = np.sin(np.pi / 2 * 0.5)  # of the Gaussian copula of the same tau
    of_gaussian = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf([stats.norm.ppf(q)] * 2)
    found = (samples < q).all(axis=1).mean()
    assert found == pytest.approx(expected, rel=0.2)
    assert of_gaussian < 0.6 * expected


def test_what_does_not_vary_stays_and_equal_dimensions_stay_equal(vines):
    array = generator(2).normal(size=(200, 4)).astype(np.float32)
    array[:, 1], array[:, 3] = 7.5, array[:, 0]
    sampler = fit_vine(array)
    samples = sampler.sample(300, generator())
    assert samples.dtype == np.float32 and samples.shape == (300, 4)
    np.testing.assert_array_equal(samples[:, 1], np.float32(7.5))
    assert stats.spearmanr(samples[:, 0], samples[:, 3]).statistic > 0.98
    assert sampler.sample(0, generator()).shape == (0, 4)


@pytest.mark.parametrize("dim", [1, 2])
def test_a_single_dimension_needs_no_copula(vines, dim):
    array = np.full((500, dim), -2.0)
    array[:, 0] = generator().exponential(size=500)
    sampler = fit_vine(array)
    samples = sampler.sample(500, generator(1))
    assert sampler.vine is None and stats.ks_2samp(array[:, 0], samples[:, 0]).pvalue > 0.01
    assert (samples[:, 1:] == -2.0).all()


def test_samples_are_a_function_of_the_generator_and_fits_of_the_latents(vines):
    first, again = (fit_vine(latents(200)) for _ in range(2))
    samples = first.sample(20, generator(1))
    np.testing.assert_array_equal(again.sample(20, generator(1)), samples)
    assert not np.array_equal(first.sample(20, generator(2)), samples)


@settings(max_examples=60, deadline=None)
@given(hostile_arrays((4, 2), (5, 3), (1, 2), dtypes=("f4", "f8")))
def test_whatever_it_is_given(array):
    pytest.importorskip("pyvinecopulib", reason="the package pyvinecopulib is not installed")
    sampler = outcome(fit_vine, array)
    if isinstance(sampler, VineSampler):
        sampler = outcome(sampler.sample, 20, generator())
    assert is_number_or_refusal(sampler)


def test_a_missing_package_is_one_message(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyvinecopulib", None)  # as if it were not installed
    with pytest.raises(Refused, match=r'needs the package pyvinecopulib: run `pip install "\.\[vine\]"`'):
        fit_vine(np.zeros((3, 2)))
    with pytest.raises(Refused, match="finite"):  # what is wrong with the latents comes first
        fit_vine(np.full((3, 2), np.nan))
