"""The Gaussian whose parameters pass through a ReLU, against the Gaussian with clipped parameters and by definition."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tfvae.distributions import DiagonalGaussian, ReluGaussian, build_posterior

# TensorFlow takes subnormal numbers for zeros.
OUTPUTS = npst.arrays(np.float32, (4, 6), elements=st.floats(-25, 25, width=32, allow_subnormal=False))
KEY = (3, 5)


@settings(max_examples=50)
@given(OUTPUTS)
def test_it_is_the_gaussian_of_clipped_outputs(outputs):
    family, plain, clipped = ReluGaussian(3), DiagonalGaussian(3), np.maximum(outputs, 0)
    noise = plain.noise(4, KEY)
    np.testing.assert_array_equal(family.kl_to_prior(outputs), plain.kl_to_prior(clipped))
    np.testing.assert_array_equal(family.sample(outputs, noise), plain.sample(clipped, noise))
    np.testing.assert_array_equal(family.mean(outputs), clipped[:, :3])


@settings(max_examples=50)
@given(OUTPUTS)
def test_no_mean_is_below_zero_and_no_posterior_narrower_than_the_prior(outputs):
    family = ReluGaussian(3)
    mean, noise = family.mean(outputs).numpy(), tf.ones((4, 3))
    spread = family.sample(outputs, noise).numpy() - family.sample(outputs, -noise).numpy()
    assert mean.min() >= 0
    assert spread.min() >= 2 * (1 - 1e-5) - 1e-6 * mean.max()  # two standard deviations, rounded


def test_kl_is_the_textbook_formula_of_the_clipped_parameters():
    outputs = np.random.default_rng(0).normal(0, 2, (5, 8))
    mean, log_variance = np.split(np.maximum(outputs, 0), 2, axis=1)
    expected = -0.5 * (1 + log_variance - mean**2 - np.exp(log_variance)).sum(axis=1)
    kl = ReluGaussian(4).kl_to_prior(tf.constant(outputs, tf.float32))
    np.testing.assert_allclose(kl, expected, rtol=1e-5)


@pytest.mark.parametrize("output", [-3.0, 0.0])
def test_at_or_below_zero_it_is_the_prior_and_gets_no_gradient(output):
    family, outputs = ReluGaussian(2), tf.fill((3, 4), output)
    noise = family.noise(3, KEY)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(outputs)
        kl, z = family.kl_to_prior(outputs), family.sample(outputs, noise)
    np.testing.assert_array_equal(kl, np.zeros(3))
    np.testing.assert_array_equal(z, noise)
    for target in (kl, z):
        np.testing.assert_array_equal(tape.gradient(target, outputs), np.zeros((3, 4)))


def test_gradients_reach_outputs_above_zero():
    family, outputs = ReluGaussian(2), tf.fill((3, 4), 0.5)
    with tf.GradientTape() as tape:
        tape.watch(outputs)
        kl = family.kl_to_prior(outputs)
    expected = np.repeat([[0.5, 0.5, *[0.5 * np.expm1(0.5)] * 2]], 3, axis=0)
    np.testing.assert_allclose(tape.gradient(kl, outputs), expected, rtol=1e-6)


def test_latents_are_drawn_from_a_standard_normal_prior():
    family = ReluGaussian(2)
    z = family.sample_prior(family.noise(5000, KEY)).numpy()
    assert scipy.stats.kstest(z.ravel(), "norm").pvalue > 1e-3


def test_it_is_a_family_of_its_own():
    assert build_posterior("relu_gaussian", latent_dim=5) == ReluGaussian(5)
    assert ReluGaussian(5) != DiagonalGaussian(5)
    assert ReluGaussian(5).num_parameters == 10


def test_it_needs_a_dimension():
    with pytest.raises(ValueError, match=r"latent_dim must be at least 1.*latent_dim=0"):
        ReluGaussian(0)
