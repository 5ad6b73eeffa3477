"""Log ratios of densities against SciPy's densities at the sampled latents, and against the KL divergence."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tfvae.distributions import ClampedStickBreaking, DiagonalGaussian, Point, ReluGaussian, StickBreaking

ROWS = 6


def drawn(posterior, rows=ROWS, scale=0.7):
    parameters = scale * np.random.default_rng(3).normal(size=(rows, posterior.num_parameters))
    return tf.constant(parameters, tf.float32), posterior.noise(rows, (1, 2))


def test_gaussian():
    posterior = DiagonalGaussian(4)
    parameters, noise = drawn(posterior)
    mean, log_variance = np.split(np.float64(parameters), 2, axis=1)
    z = mean + np.exp(log_variance / 2) * np.float64(noise)
    log_q = scipy.stats.norm(mean, np.exp(log_variance / 2)).logpdf(z)
    expected = (scipy.stats.norm().logpdf(z) - log_q).sum(axis=1)
    np.testing.assert_allclose(posterior.log_density_ratio(parameters, noise), expected, rtol=1e-4, atol=1e-5)


@settings(max_examples=100)
@given(*(arrays(np.float32, (2, 3), elements=st.floats(-5, 5, width=32)) for _ in range(3)))
def test_any_gaussian(mean, log_variance, noise):
    sd = np.exp(np.float64(log_variance) / 2)
    z = np.float64(mean) + sd * np.float64(noise)
    expected = (scipy.stats.norm.logpdf(z) - scipy.stats.norm.logpdf(z, mean, sd)).sum(axis=1)
    found = DiagonalGaussian(3).log_density_ratio(np.hstack([mean, log_variance]), noise)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("concentration", [0.5, 1.0, 4.0])
def test_sticks(concentration):
    """The fractions are found from the sticks; a Kumaraswamy fraction to the power a is a Beta(1, b) one."""
    posterior = StickBreaking(4, concentration)
    parameters, noise = drawn(posterior)
    sticks = np.float64(posterior.sample(parameters, noise))
    left = 1 - np.cumsum(np.hstack([np.zeros((ROWS, 1)), sticks[:, :-2]]), axis=1)
    v = sticks[:, :-1] / left
    a, b = (np.float64(array) for array in posterior.kumaraswamy_parameters(parameters))
    log_q = scipy.stats.beta(1, b).logpdf(v**a) + np.log(a) + (a - 1) * np.log(v)
    expected = (scipy.stats.beta(1, concentration).logpdf(v) - log_q).sum(axis=1)
    np.testing.assert_allclose(posterior.log_density_ratio(parameters, noise), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("posterior", [DiagonalGaussian(3), StickBreaking(4, 2.0)], ids=["gaussian", "sticks"])
def test_expectation_is_minus_the_divergence(posterior):
    rows = 200_000
    parameters, _ = drawn(posterior, rows=1)
    ratios = np.float64(posterior.log_density_ratio(tf.repeat(parameters, rows, axis=0), posterior.noise(rows, (3, 4))))
    error = ratios.std() / np.sqrt(rows)
    assert -ratios.mean() == pytest.approx(float(posterior.kl_to_prior(parameters)[0]), abs=4 * error)


@pytest.mark.parametrize("posterior", [DiagonalGaussian(3), StickBreaking(4, 2.0)], ids=["gaussian", "sticks"])
def test_extreme_parameters_stay_finite(posterior):
    parameters, noise = drawn(posterior, rows=500, scale=15.0)
    assert np.isfinite(posterior.log_density_ratio(parameters, noise)).all()


def test_the_ratio_of_the_gaussian_behind_a_relu_is_that_of_its_clipped_parameters():
    parameters, noise = drawn(ReluGaussian(4))
    expected = DiagonalGaussian(4).log_density_ratio(np.maximum(parameters, 0), noise)
    np.testing.assert_array_equal(ReluGaussian(4).log_density_ratio(parameters, noise), expected)


@pytest.mark.parametrize("columns", [1, 4, 8])
@pytest.mark.parametrize("posterior", [DiagonalGaussian(3), ReluGaussian(3), ClampedStickBreaking(3), StickBreaking(4)])
def test_parameters_of_another_number_of_latents_are_refused(posterior, columns):
    """As many of the encoder's outputs would be summed, whatever the noise fits."""
    parameters = tf.zeros((2, columns))
    for call in (posterior.kl_to_prior, posterior.mean, tf.function(posterior.kl_to_prior)):
        with pytest.raises(ValueError, match=rf"parameters must have 6 columns\. Received: \(2, {columns}\)"):
            call(parameters)


@pytest.mark.parametrize("posterior", [Point(2), ClampedStickBreaking(2)])
def test_a_point_and_a_defect_have_none(posterior):
    assert not hasattr(posterior, "log_density_ratio")
