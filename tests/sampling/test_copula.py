"""The Gaussian copula: what it keeps of the latents, exact answers, and any latents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from tests.hostile import hostile_arrays, is_number_or_refusal, outcome
from tfvae.sampling.copula import CopulaSampler, fit_copula


def generator(seed=0):
    return np.random.default_rng(seed)


def twisted(count=4000):
    """Return latents whose margins are far from normal: exponential, uniform, and of two humps."""
    rng = generator(3)
    z = rng.multivariate_normal(np.zeros(3), [[1, 0.8, 0], [0.8, 1, -0.3], [0, -0.3, 1]], count)
    u = stats.norm.cdf(z)
    return np.stack([-np.log1p(-u[:, 0]), u[:, 1], np.where(u[:, 2] < 0.4, -3, 3) + u[:, 2]], axis=1)


def test_margins_and_ranks_are_those_of_the_latents():
    latents = twisted()
    samples = fit_copula(latents).sample(4000, generator())
    for dimension in range(3):
        assert stats.ks_2samp(latents[:, dimension], samples[:, dimension]).pvalue > 0.01
        assert latents[:, dimension].min() <= samples[:, dimension].min()
        assert samples[:, dimension].max() <= latents[:, dimension].max()
    expected, found = stats.spearmanr(latents).statistic, stats.spearmanr(samples).statistic
    np.testing.assert_allclose(found, expected, atol=0.05)


def test_the_correlation_is_that_of_the_copula():
    np.testing.assert_allclose(
        fit_copula(twisted(40_000)).correlation, [[1, 0.8, 0], [0.8, 1, -0.3], [0, -0.3, 1]], atol=0.02
    )


def test_three_latents_by_hand():
    """Scores of ranks 1, 2, 3 are the quantiles of 1/6, 1/2, 5/6; the second column falls as the first rises."""
    sampler = fit_copula(np.array([[1.0, 9.0], [5.0, 4.0], [2.0, 6.0]]))
    np.testing.assert_allclose(sampler.margins, [[1, 4], [2, 6], [5, 9]])
    np.testing.assert_allclose(sampler.correlation, [[1, -1], [-1, 1]], atol=1e-12)
    samples = sampler.sample(500, generator())
    # Between ranks the values lie on straight lines, through the same share of both columns.
    share = np.interp(samples[:, 0], [1, 2, 5], [0, 1, 2])
    np.testing.assert_allclose(samples[:, 1], np.interp(2 - share, [0, 1, 2], [4, 6, 9]), atol=1e-9)


@settings(max_examples=100)
@given(arrays(np.float64, st.tuples(st.integers(2, 12), st.integers(1, 4)), elements=st.floats(-100, 100)))
def test_samples_of_any_latents_lie_among_them(latents):
    sampler = fit_copula(latents)
    assert np.isfinite(sampler.correlation).all() and np.abs(sampler.correlation).max() <= 1 + 1e-9
    samples = sampler.sample(20, generator())
    assert (samples >= latents.min(axis=0) - 1e-9).all() and (samples <= latents.max(axis=0) + 1e-9).all()


@settings(max_examples=150)
@given(hostile_arrays((4, 2), (5, 3), (1, 2), dtypes=("f4", "f8")))
def test_whatever_it_is_given(latents):
    sampler = outcome(fit_copula, latents)
    if isinstance(sampler, CopulaSampler):
        sampler = outcome(sampler.sample, 20, generator())
    assert is_number_or_refusal(sampler)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_samples_have_the_latents_type_and_the_generator_s_draws(dtype):
    sampler = fit_copula(twisted(50).astype(dtype))
    first, again = (sampler.sample(7, generator(1)) for _ in range(2))
    assert first.dtype == dtype and first.shape == (7, 3) and sampler.sample(0, generator()).shape == (0, 3)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, sampler.sample(7, generator(2)))
