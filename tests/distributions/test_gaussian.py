"""The Gaussian family against closed forms, quadrature and its definition in NumPy."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import integrate

from tfvae.distributions import DiagonalGaussian

KEY = (3, 5)


def parameters(mean, log_variance):
    return tf.constant(np.concatenate([np.atleast_2d(mean), np.atleast_2d(log_variance)], axis=1), tf.float32)


@pytest.mark.parametrize("latent_dim", [1, 5])
def test_kl_is_zero_at_the_prior(latent_dim):
    kl = DiagonalGaussian(latent_dim).kl_to_prior(tf.zeros((3, 2 * latent_dim)))
    np.testing.assert_array_equal(kl, np.zeros(3))


def test_a_unit_shift_costs_half_a_nat_per_dimension():
    kl = DiagonalGaussian(4).kl_to_prior(parameters([[1, 1, 1, 1], [1, -1, 0, 0]], np.zeros((2, 4))))
    np.testing.assert_allclose(kl, [2.0, 1.0], rtol=1e-6)


@settings(max_examples=40)
@given(st.floats(-5, 5), st.floats(-6, 4))
def test_kl_is_the_integral_of_its_definition(mean, log_variance):
    mean, log_variance = float(np.float32(mean)), float(np.float32(log_variance))
    sd = np.exp(log_variance / 2)

    def density(noise):  # E_q[log q - log p] over z = mean + sd * noise
        z = mean + sd * noise
        difference = scipy.stats.norm.logpdf(noise) - np.log(sd) - scipy.stats.norm.logpdf(z)
        return scipy.stats.norm.pdf(noise) * difference

    expected = integrate.quad(density, -12, 12, epsabs=1e-9)[0]
    kl = DiagonalGaussian(1).kl_to_prior(parameters([mean], [log_variance]))
    np.testing.assert_allclose(kl, [expected], rtol=2e-6, atol=2e-6)


@settings(max_examples=150)
@given(st.integers(1, 4), st.integers(1, 6), st.data())
def test_any_kl_is_the_closed_form_in_float64(rows, latent_dim, data):
    values = arrays(np.float32, (rows, latent_dim), elements=st.floats(-19, 19, width=32))
    mean, log_variance = data.draw(values), data.draw(values)
    m, v = mean.astype(float), log_variance.astype(float)
    expected = 0.5 * (m**2 + np.exp(v) - 1 - v).sum(axis=1)
    kl = DiagonalGaussian(latent_dim).kl_to_prior(parameters(mean, log_variance))
    # Near the prior, 1 is subtracted from numbers near 1.
    np.testing.assert_allclose(kl, expected, rtol=2e-6, atol=1e-6 * latent_dim)


def test_kl_is_the_mean_log_ratio_of_samples():
    family = DiagonalGaussian(2)
    q = parameters([0.7, -1.1], [-0.8, 0.5])
    z = family.sample(q, family.noise(40_000, KEY)).numpy()
    log_q = scipy.stats.norm.logpdf(z, [0.7, -1.1], np.exp([-0.4, 0.25]))
    ratio = (log_q - scipy.stats.norm.logpdf(z)).sum(axis=1)
    assert abs(ratio.mean() - float(family.kl_to_prior(q)[0])) < 4 * ratio.std() / np.sqrt(len(ratio))


def test_a_sample_is_mean_plus_sd_times_noise():
    family, generator = DiagonalGaussian(3), np.random.default_rng(0)
    mean, log_variance, noise = generator.normal(size=(3, 4, 3)).astype(np.float32)
    q = parameters(mean, log_variance)
    expected = mean + np.exp(log_variance.astype(float) / 2) * noise
    np.testing.assert_allclose(family.sample(q, noise), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(family.mean(q), mean)
    assert family.kl_to_prior(q).shape == (4,)


def test_the_prior_is_standard_normal():
    family = DiagonalGaussian(2)
    z = family.sample_prior(family.noise(5000, KEY)).numpy()
    assert z.shape == (5000, 2)
    assert scipy.stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(z.T)[0, 1]) < 4 / np.sqrt(len(z))


def test_noise_is_a_function_of_the_key():
    family = DiagonalGaussian(2)
    np.testing.assert_array_equal(family.noise(6, KEY), family.noise(6, KEY))
    for other in [(3, 6), (4, 5)]:
        assert not np.isclose(family.noise(6, KEY), family.noise(6, other)).any()


@pytest.mark.parametrize("log_variance", [-1e6, 1e6])
def test_absurd_variances_stay_finite(log_variance):
    family = DiagonalGaussian(1)
    q = parameters([0.0], [log_variance])
    with tf.GradientTape() as tape:
        tape.watch(q)
        kl, z = family.kl_to_prior(q), family.sample(q, tf.ones((1, 1)))
    assert np.isfinite(kl).all()
    assert np.isfinite(z).all()
    assert np.isfinite(tape.gradient([kl, z], q)).all()


def test_the_encoder_returns_mean_and_log_variance():
    assert DiagonalGaussian(5).num_parameters == 10


@pytest.mark.parametrize("latent_dim", [0, -1])
def test_a_gaussian_needs_a_dimension(latent_dim):
    with pytest.raises(ValueError, match=f"latent_dim must be at least 1.*latent_dim={latent_dim}"):
        DiagonalGaussian(latent_dim)
