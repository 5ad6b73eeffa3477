"""The mixture of posteriors as a prior, against SciPy's densities."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import optimize, special, stats

from tests.models.encodings import gaussians
from tests.tiny_models import STICKS, configuration, digit_images
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.vamp_vae import VampGaussian
from tfvae.sampling.importance import importance_log_weights

MEANS, DEVIATIONS = np.array([[0.0, 3], [-4, 0], [1, 1]]), np.array([[0.5, 1], [1, 0.2], [2, 2]])


@pytest.fixture
def family():
    return VampGaussian(2, lambda: gaussians(MEANS, DEVIATIONS))


def log_mixture(latents):
    of_components = [stats.norm(m, s).logpdf(latents).sum(axis=1) for m, s in zip(MEANS, DEVIATIONS, strict=True)]
    return special.logsumexp(of_components, axis=0) - np.log(3)


def test_the_prior_s_density(family):
    latents = np.random.default_rng(0).normal(0, 3, (20, 2)).astype(np.float32)
    np.testing.assert_allclose(family.log_prior(latents), log_mixture(latents), rtol=1e-4, atol=1e-4)


def test_ratios_are_of_the_prior_to_the_posterior(family):
    parameters, noise = gaussians([[1.0, -1]] * 30, [[0.3, 2]] * 30), family.noise(30, (1, 2))
    latents = family.sample(parameters, noise).numpy()
    expected = log_mixture(latents) - stats.norm([1, -1], [0.3, 2]).logpdf(latents).sum(axis=1)
    np.testing.assert_allclose(family.log_density_ratio(parameters, noise), expected, rtol=1e-3, atol=1e-3)


def test_there_is_no_divergence_from_the_standard_normal_prior(family):
    with pytest.raises(Refused, match="no closed form"):
        family.kl_to_prior(gaussians([[1.0, -1]], [[0.3, 2]]))


def test_with_one_image_as_its_only_pseudo_input_the_rate_of_that_image_is_zero():
    model = build_model(configuration(model="vamp_vae", pseudo_inputs=1))
    rate = model.loss_terms(tf.sigmoid(model.pseudo_logits.value), model.noise(1, (1, 2)))[1]
    assert float(rate[0]) == pytest.approx(0, abs=1e-5)


def test_gradients_of_the_rate_are_those_of_differences(family):
    parameters, noise = gaussians([[1.0, -1]] * 4, [[0.3, 2]] * 4), family.noise(4, (1, 2))
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        ratio = tf.reduce_sum(family.log_density_ratio(parameters, noise))
    gradient, normal = tape.gradient(ratio, parameters).numpy(), np.float64(noise[:, :2])

    def expected(flat):
        mean, log_variance = np.split(flat.reshape(4, 4), 2, axis=1)
        latents = mean + np.exp(log_variance / 2) * normal
        return (log_mixture(latents) + 0.5 * (log_variance + normal**2).sum(axis=1)).sum()

    differences = optimize.approx_fprime(np.float64(parameters).ravel(), expected, 1e-6)
    np.testing.assert_allclose(gradient.ravel(), differences, rtol=1e-3, atol=1e-3)


def test_draws_of_the_prior_are_of_the_mixture(family):
    draws = family.sample_prior(family.noise(40_000, (1, 2))).numpy()
    np.testing.assert_allclose(draws.mean(axis=0), MEANS.mean(axis=0), atol=0.05)
    second = (MEANS**2 + DEVIATIONS**2).mean(axis=0)
    np.testing.assert_allclose((draws**2).mean(axis=0), second, rtol=0.03)
    near = [np.mean(stats.norm(m, s).logpdf(draws).sum(axis=1) > -6) for m, s in zip(MEANS, DEVIATIONS, strict=True)]
    assert min(near) > 0.3  # no component is left out


def test_the_model_s_rate_likelihood_and_pseudo_inputs():
    model = build_model(configuration(model="vamp_vae", pseudo_inputs=4, likelihood="bernoulli"), seed=3)
    images = digit_images(6)
    binary = np.where(images > 127, 255, 0).astype(np.uint8)
    pixels = tf.constant(binary / 255.0, tf.float32)
    *_, distortion, rate = model.evaluate(pixels, model.noise(6, (1, 2)))
    assert distortion.shape == rate.shape == (6,)
    weights = importance_log_weights(model, binary, 50, 0)
    assert weights.shape == (6, 50) and np.isfinite(weights).all()
    before = model.pseudo_logits.numpy()
    assert len(np.unique(before)) == before.size  # equal ones would stay equal
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model.loss_terms(pixels, model.noise(6, (1, 2)))[1])
    assert np.abs(tape.gradient(loss, model.pseudo_logits.value)).max() > 0
    again = build_model(configuration(model="vamp_vae", pseudo_inputs=4, likelihood="bernoulli"), seed=3)
    np.testing.assert_array_equal(before, again.pseudo_logits)


@pytest.mark.parametrize("changes", [{"pseudo_inputs": 0}, {"posterior": STICKS}, {"pseudo_inputs": 2.0}])
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="vamp_vae", **({"pseudo_inputs": 4} | changes)))
