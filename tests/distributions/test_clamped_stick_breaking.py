"""The thesis's "stick-breaking": its constant, its dead encoder, and its divergence term by term."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy import special

from tests.distributions.reference import kl_to_beta
from tfvae.distributions import ClampedStickBreaking, build_posterior

THRESHOLD = float(np.log(np.e - 1))  # where softplus is 1
CONSTANT = 5 * (4 * 10 / 11 - np.log(5))
KEY = (3, 5)


def published_kl(outputs, concentration):
    """Sum over latents the ten terms and the thesis's digamma, in float64 with Beta functions."""
    a, b = np.split(np.maximum(np.logaddexp(0, outputs.astype(float)), 1), 2, axis=1)
    series = sum(b / (m + a * b) * special.beta(m / a, b) for m in range(1, 11))
    slip = np.log(b) - 1 / 2 * b - 1 / 12 * b**2
    kl = (concentration - 1) * series + (a - 1) / a * (-0.57721 - slip - 1 / b)
    return (kl + np.log(a * b) + np.log(special.beta(1, concentration)) - (b - 1) / b).sum(axis=1)


def test_the_constant_of_the_thesis():
    assert round(CONSTANT, 7) == 10.1346286
    outputs = np.random.default_rng(0).uniform(-10, THRESHOLD, (50, 10))
    family = ClampedStickBreaking(5)
    np.testing.assert_allclose(family.kl_to_prior(tf.constant(outputs)), CONSTANT, atol=5e-8)
    np.testing.assert_allclose(family.kl_to_prior(tf.constant(outputs, tf.float32)), CONSTANT, atol=2e-6)
    assert {f"{value:.4f}" for value in family.kl_to_prior(tf.constant(outputs, tf.float32)).numpy()} == {"10.1346"}


def test_the_exact_divergence_would_be_another():
    assert 5 * kl_to_beta(1, 1, 1, 5) == pytest.approx(5 * (4 - np.log(5)), abs=1e-6)
    assert round(5 * (4 - np.log(5)) - CONSTANT, 4) == 1.8182


@settings(max_examples=30)
@given(npst.arrays(np.float32, (4, 10), elements=st.floats(-40, np.float32(0.5413), width=32)))
def test_below_the_threshold_no_gradient_passes(outputs):
    family, outputs = ClampedStickBreaking(5), tf.constant(outputs)
    noise = family.noise(4, KEY)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(outputs)
        kl, z = family.kl_to_prior(outputs), family.sample(outputs, noise)
    for target in (kl, z):
        np.testing.assert_array_equal(tape.gradient(target, outputs), np.zeros((4, 10)))
    np.testing.assert_allclose(z, 1 + np.exp(0.5) * noise, rtol=1e-6)  # whatever the image


def test_above_the_threshold_it_does():
    family, outputs = ClampedStickBreaking(5), tf.fill((4, 10), THRESHOLD + 0.01)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(outputs)
        kl, z = family.kl_to_prior(outputs), family.sample(outputs, tf.ones((4, 5)))
    for target in (kl, z):
        assert np.all(np.abs(tape.gradient(target, outputs)) > 0)


@settings(max_examples=50)
@given(npst.arrays(np.float32, (3, 4), elements=st.floats(-5, 12, width=32)), st.floats(0.1, 20))
def test_divergence_is_the_published_sum(outputs, concentration):
    kl = ClampedStickBreaking(2, concentration).kl_to_prior(tf.constant(outputs, tf.float64))
    assert kl.shape == (3,)
    np.testing.assert_allclose(kl, published_kl(outputs, concentration), rtol=1e-9, atol=1e-9)


def test_cut_short_it_can_be_negative():
    """At a = 1, b = 5 the posterior is the prior, but the series is not at its end."""
    outputs = tf.constant([[0.0, np.log(np.expm1(5.0))]], tf.float64)
    missing = sum(5 / (m + 5) * special.beta(m, 5) for m in range(11, 10_000))
    np.testing.assert_allclose(ClampedStickBreaking(1).kl_to_prior(outputs), [-4 * missing], rtol=1e-6)
    assert missing > 5e-5


def test_samples_are_gaussian_around_a():
    family = ClampedStickBreaking(2)
    outputs = np.float32([[-3.0, 2.0, 0.0, 1.0]])
    a, b = np.split(np.maximum(np.logaddexp(0, outputs), 1), 2, axis=1)
    np.testing.assert_allclose(family.mean(outputs), a, rtol=1e-6)
    z = family.sample(np.repeat(outputs, 20_000, axis=0), family.noise(20_000, KEY)).numpy()
    for column in range(2):
        standard = (z[:, column] - a[0, column]) / np.exp(b[0, column] / 2)
        assert scipy.stats.kstest(standard, "norm").pvalue > 1e-3


def test_generation_draws_from_a_standard_normal():
    family = ClampedStickBreaking(3)
    noise = family.noise(5000, KEY)
    assert noise.shape == (5000, 3)
    np.testing.assert_array_equal(noise, family.noise(5000, KEY))
    assert scipy.stats.kstest(family.sample_prior(noise).numpy().ravel(), "norm").pvalue > 1e-3


def test_it_is_built_by_name():
    assert build_posterior("clamped_stick_breaking", latent_dim=5) == ClampedStickBreaking(5, 5.0)
    assert ClampedStickBreaking(5).num_parameters == 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "latent_dim must be at least 1.*latent_dim=0"),
        ((5, 0.0), r"a number in \(0, inf\)"),
        ((5, float("nan")), r"a number in \(0, inf\)"),
        ((5, float("inf")), r"a number in \(0, inf\)"),
    ],
)
def test_refuses_what_makes_no_family(arguments, message):
    with pytest.raises(ValueError, match=message):
        ClampedStickBreaking(*arguments)
