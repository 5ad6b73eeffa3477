"""The terms of the beta-TCVAE against a Gaussian aggregated posterior, brute force, and the rate that they split."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import GAUSSIAN, STICKS, configuration
from tfvae.distributions import DiagonalGaussian
from tfvae.distributions.densities import pairwise_log_densities, standard_normal_log_densities
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.tcvae import TCVAE, stratified_log_weights


def terms(parameters, noise, images):
    """Return the last three terms where the parameters themselves are what the encoder returns."""
    model = TCVAE(lambda x: x, lambda z: z, DiagonalGaussian(2), lambda x, z: z[:, 0], images=images)
    return [np.asarray(term) for term in model.loss_terms(tf.constant(parameters, tf.float32), noise)[1:]]


def test_densities_are_those_of_gaussians():
    family, rng = DiagonalGaussian(3), np.random.default_rng(0)
    parameters, latents = rng.normal(size=(4, 6)), rng.normal(size=(5, 3))
    found = pairwise_log_densities(family, tf.constant(parameters, tf.float32), tf.constant(latents, tf.float32))
    mean, sd = parameters[:, :3], np.exp(parameters[:, 3:] / 2)
    expected = -0.5 * ((latents[:, None] - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    normal = standard_normal_log_densities(tf.constant(latents, tf.float32))
    np.testing.assert_allclose(normal, -0.5 * latents**2 - 0.5 * np.log(2 * np.pi), rtol=1e-5)


def test_total_correlation_of_a_gaussian():
    """Means with correlation rho, and a spread s in each dimension: q(z) is Gaussian, with TC -log(1 - r^2) / 2."""
    rho, spread, count = 0.9, 0.5, 4000
    rng = np.random.default_rng(1)
    means = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], count)
    parameters = np.concatenate([means, np.full((count, 2), 2 * np.log(spread))], axis=1)
    noise = tf.constant(rng.normal(size=(count, 2)), tf.float32)
    mutual, dimension_kl, total = (term.mean() for term in terms(parameters, noise, count))
    variance = 1 + spread**2
    assert total == pytest.approx(-0.5 * np.log(1 - (rho / variance) ** 2), abs=0.03)
    assert dimension_kl == pytest.approx(variance - 1 - np.log(variance), abs=0.05)
    joint = np.array([[variance, rho], [rho, variance]])
    assert mutual == pytest.approx(0.5 * np.log(np.linalg.det(joint) / spread**4), abs=0.05)


def test_the_terms_add_up_to_the_rate():
    rng, family = np.random.default_rng(2), DiagonalGaussian(2)
    parameters = tf.constant(rng.normal(size=(500, 4)), tf.float32)
    draws = [family.noise(500, (seed, 1)) for seed in range(20)]
    found = np.mean([np.sum(terms(parameters, noise, 1000), axis=0).mean() for noise in draws])
    assert found == pytest.approx(float(tf.reduce_mean(family.kl_to_prior(parameters))), abs=0.03)


@pytest.mark.parametrize(("batch", "images"), [(2, 5), (4, 4), (7, 100)])
def test_weights_estimate_the_density_of_the_aggregated_posterior_without_bias(batch, images):
    """Over all batches of one image with others, each weight's mean is 1 / N: here by many random ones."""
    weights = np.exp(stratified_log_weights(batch, images).astype(np.float64))
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-6)
    rng, total = np.random.default_rng(0), np.zeros(images)
    values = rng.normal(size=images) ** 2  # q(z|x_j) of one z, that of image 0
    for _ in range(20_000):
        others = rng.permutation(np.arange(1, images))[: batch - 1]
        total[0] += weights[0] @ values[[0, *others]]
    assert total[0] / 20_000 == pytest.approx(values.mean(), rel=0.02)


@pytest.mark.parametrize(
    "changes", [{"images": 1}, {"images": 2.5}, {"images": 9, "posterior": STICKS}, {"posterior": GAUSSIAN}]
)
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="tcvae", **changes))


def test_more_images_in_a_batch_than_there_are_is_refused():
    with pytest.raises(Refused, match="at least as many as a batch holds"):
        stratified_log_weights(8, 7)
