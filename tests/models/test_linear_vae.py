"""A linear VAE at its optimum, which is known in closed form: probabilistic PCA.

Tipping & Bishop (1999); Lucas et al. (2019, https://arxiv.org/abs/1911.02469). The squared error, weighted against
beta * KL, is a Gaussian decoder of variance s = beta / 2. A latent is active if its eigenvalue exceeds s; then
distortion = (sum of the inactive eigenvalues) + s * (number of active ones), and KL = half the sum of
log(eigenvalue / s) over the active ones.
"""

from itertools import product

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfvae.distributions import DiagonalGaussian
from tfvae.models import VAE

# The greatest five of MNIST's training images; the other eigenvalues share what remains of the variance, 52.7250.
GREATEST = np.array([5.1168, 3.7413, 3.2527, 2.8416, 2.5671])
EIGENVALUES = np.append(GREATEST, np.full(71, (52.7250 - GREATEST.sum()) / 71))
LATENTS, PIXELS = 5, len(EIGENVALUES)


def data():
    """Return points (N, PIXELS) of mean 0 whose covariance (ddof 0) has these eigenvalues, and its eigenvectors."""
    generator = np.random.default_rng(0)
    points = generator.normal(size=(100, PIXELS))
    left, _, vectors = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    return np.sqrt(len(points)) * left[:, :PIXELS] * np.sqrt(EIGENVALUES) @ vectors, vectors.T


def linear_vae(beta, vectors):
    """Return the optimal model: its decoder is W = U sqrt(lambda - s), its posterior that of probabilistic PCA."""
    s, greatest = beta / 2, EIGENVALUES[:LATENTS]
    scales = np.sqrt(np.maximum(greatest - s, 0))
    active = greatest > s
    means = vectors[:, :LATENTS] * scales / greatest
    log_variances = np.where(active, np.log(s / greatest), 0)
    encoder = keras.Sequential([keras.Input((PIXELS, 1, 1)), keras.layers.Flatten(), keras.layers.Dense(2 * LATENTS)])
    decoder = keras.Sequential([keras.Input((LATENTS,)), keras.layers.Dense(PIXELS)])
    decoder.add(keras.layers.Reshape((PIXELS, 1, 1)))
    encoder.set_weights([np.hstack([means, np.zeros_like(means)]), np.append(np.zeros(LATENTS), log_variances)])
    decoder.set_weights([scales[:, None] * vectors[:, :LATENTS].T, np.zeros(PIXELS)])
    return VAE(encoder, decoder, DiagonalGaussian(LATENTS), squared_distance)


def squared_distance(images, means):
    return tf.reduce_sum(tf.square(images - means), axis=(1, 2, 3))


@pytest.fixture(scope="module")
def points():
    return data()


@pytest.fixture(scope="module")
def inputs(points):
    """Every point with every vector of signs as noise: mean 0 and covariance I, so averages over noise are exact."""
    signs = np.array(list(product((-1, 1), repeat=LATENTS)), np.float32)
    images = np.repeat(points[0].astype(np.float32), len(signs), axis=0).reshape(-1, PIXELS, 1, 1)
    return tf.constant(images), tf.constant(np.tile(signs, (len(points[0]), 1)))


def mean_terms(model, inputs):
    return [tf.reduce_mean(term) for term in model.loss_terms(*inputs)]


@pytest.mark.parametrize(
    ("beta", "active", "loss", "kl"),
    [(0.2, 5, 37.469, 8.816), (1.0, 5, 42.498, 4.792), (5.0, 5, 51.548, 0.769), (10.0, 1, None, None)],
)
def test_loss_at_the_optimum(points, inputs, beta, active, loss, kl):
    s = beta / 2
    assert (s < EIGENVALUES)[:LATENTS].sum() == active
    expected_distortion = EIGENVALUES[active:].sum() + s * active
    expected_kl = 0.5 * np.log(EIGENVALUES[:active] / s).sum()
    found_distortion, found_kl = mean_terms(linear_vae(beta, points[1]), inputs)
    np.testing.assert_allclose(found_distortion, expected_distortion, rtol=1e-5)
    np.testing.assert_allclose(found_kl, expected_kl, rtol=1e-5)
    if loss is not None:
        np.testing.assert_allclose(found_distortion + beta * found_kl, loss, atol=6e-4)
        np.testing.assert_allclose(found_kl, kl, atol=6e-4)


@pytest.mark.parametrize("beta", [0.2, 1.0, 10.0])
def test_the_optimum_is_a_minimum_of_the_loss(points, inputs, beta):
    model = linear_vae(beta, points[1])
    with tf.GradientTape() as tape:
        distortion, kl = mean_terms(model, inputs)
        best = distortion + beta * kl
    for gradient in tape.gradient(best, model.trainable_variables):
        np.testing.assert_allclose(gradient, np.zeros(gradient.shape), atol=2e-3)
    weights, generator = model.get_weights(), np.random.default_rng(1)
    for _ in range(5):
        model.set_weights([weight + 0.03 * generator.normal(size=weight.shape) for weight in weights])
        distortion, kl = mean_terms(model, inputs)
        assert distortion + beta * kl > best + 1e-3
