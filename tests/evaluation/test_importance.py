"""The estimator against closed forms: weights of known mean, and a linear Gaussian model whose p(x) is known."""

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tfvae.evaluation import elbos, importance_log_likelihoods

LOG_WEIGHTS = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-700, 700, allow_subnormal=False)
)


def linear_gaussian(samples, seed=0, slope=1.5, noise=0.5):
    """Return x, log p(x) and log weights of z ~ N(0, 1), x = slope z + noise e, under a q that is no perfect one."""
    generator = np.random.default_rng(seed)
    x = slope * generator.normal(size=7) + noise * generator.normal(size=7)
    mean, sd = 0.4 * x, 0.5
    z = mean[:, None] + sd * generator.normal(size=(7, samples))
    log_joint = scipy.stats.norm().logpdf(z) + scipy.stats.norm(slope * z, noise).logpdf(x[:, None])
    log_q = scipy.stats.norm(mean[:, None], sd).logpdf(z)
    return scipy.stats.norm(0, np.hypot(slope, noise)).logpdf(x), log_joint - log_q


@given(LOG_WEIGHTS)
def test_is_the_logarithm_of_the_mean(log_weights):
    exact = [math.log(math.fsum(math.exp(w) for w in row) / len(row)) for row in log_weights]
    np.testing.assert_allclose(importance_log_likelihoods(log_weights), exact, rtol=1e-12, atol=1e-12)


@given(LOG_WEIGHTS, st.floats(-1e6, 1e6))
def test_shifts_with_the_weights_and_lies_between_elbo_and_largest(log_weights, shift):
    values = importance_log_likelihoods(log_weights)
    np.testing.assert_allclose(importance_log_likelihoods(log_weights + shift), values + shift, rtol=1e-9, atol=1e-8)
    assert (elbos(log_weights) <= values + 1e-9).all()
    assert (values <= log_weights.max(axis=1) + 1e-9).all()


def test_known_values():
    weights = np.log([[1.0, 3.0], [2.0, 2.0]])
    np.testing.assert_allclose(importance_log_likelihoods(weights), np.log([2.0, 2.0]), rtol=1e-15)
    np.testing.assert_allclose(elbos(weights), np.log([math.sqrt(3.0), 2.0]), rtol=1e-15)
    np.testing.assert_array_equal(importance_log_likelihoods([[-5.0], [3.0]]), [-5.0, 3.0])


def test_weights_of_zero():
    values = importance_log_likelihoods([[-np.inf, 0.0], [-np.inf, -np.inf]])
    np.testing.assert_allclose(values, [-math.log(2), -np.inf])


def test_float32_weights_are_summed_in_float64():
    weights = np.full((1, 2**20), -90.0, np.float32)
    assert importance_log_likelihoods(weights)[0] == pytest.approx(-90.0, abs=1e-12)


def test_tends_to_the_likelihood_of_a_linear_gaussian_model():
    truth, log_weights = linear_gaussian(200_000)
    estimates = importance_log_likelihoods(log_weights)
    weights = np.exp(log_weights - truth[:, None])  # of mean 1
    errors = weights.std(axis=1) / np.sqrt(weights.shape[1])
    assert errors.max() < 0.02
    assert (np.abs(estimates - truth) < 4 * errors).all()
    assert (elbos(log_weights) < truth - 0.05).all()


def test_rises_with_the_number_of_samples():
    truth, log_weights = linear_gaussian(100_000)
    means = [importance_log_likelihoods(log_weights.reshape(-1, k)).reshape(7, -1).mean() for k in (1, 2, 10, 100)]
    assert all(fewer < more for fewer, more in itertools.pairwise(means))
    assert means[-1] == pytest.approx(truth.mean(), abs=0.02)
    assert means[0] == pytest.approx(elbos(log_weights).mean(), abs=1e-9)


@pytest.mark.parametrize(
    ("log_weights", "message"),
    [
        (np.zeros(3), r"shape \(images, samples\).*\(3,\)"),
        (np.zeros((3, 0)), r"\(3, 0\)"),
        ([[0.0, np.nan]], "Received: values from nan to nan"),
        ([[0.0, np.inf]], "Received: values from 0.0 to inf"),
    ],
)
@pytest.mark.parametrize("function", [importance_log_likelihoods, elbos])
def test_refuses(function, log_weights, message):
    with pytest.raises(ValueError, match=message):
        function(log_weights)
