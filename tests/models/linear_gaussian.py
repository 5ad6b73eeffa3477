"""A linear-Gaussian model x = W z + s e, all of whose densities are known, and a posterior that is not exact."""

import math

import numpy as np
import tensorflow as tf
from scipy import stats

from tfvae.backend import layers

WEIGHTS = np.array([[1.0, -0.5, 0.3, 0.8], [0.2, 0.9, -0.7, 0.1]])  # (D, pixels)
NOISE_SD = 0.6
SHAPE = (2, 2, 1)
IMAGES = np.random.default_rng(0).normal(0.2, 1.0, (5, *SHAPE)).astype(np.float32)


def distortion(images, logits):
    """Return -log N(x; logits, s^2 I), (B,)."""
    errors = tf.reduce_sum(tf.square(images - logits), axis=(1, 2, 3)) / NOISE_SD**2
    return 0.5 * (errors + 4 * math.log(2 * math.pi * NOISE_SD**2))


def log_likelihood(images=IMAGES):
    """Return log p(x), (B,): x is Gaussian."""
    covariance = WEIGHTS.T @ WEIGHTS + NOISE_SD**2 * np.eye(4)
    return stats.multivariate_normal(np.zeros(4), covariance).logpdf(images.reshape(len(images), -1))


def networks(off=0.3, wide=1.4):
    """Return an encoder and a decoder; the posterior's mean is `off` the exact one's, its deviations `wide` times."""
    import keras

    precision = np.eye(2) + WEIGHTS @ WEIGHTS.T / NOISE_SD**2
    to_mean = np.linalg.solve(precision, WEIGHTS) / NOISE_SD**2
    deviations = wide / np.sqrt(np.diag(precision))  # the exact posterior has correlations, a diagonal one has none
    encoder = keras.Sequential([layers.Input(SHAPE), layers.Flatten(), layers.Dense(4)])
    bias = np.array([off, off, *2 * np.log(deviations)])
    encoder.set_weights([np.concatenate([to_mean.T, np.zeros((4, 2))], axis=1), bias])
    decoder = keras.Sequential([layers.Input((2,)), layers.Dense(4), layers.Reshape(SHAPE)])
    decoder.set_weights([WEIGHTS, np.zeros(4)])
    return encoder, decoder


def parts(**options):
    """Return the arguments of a model, with a Gaussian posterior."""
    from tfvae.distributions import DiagonalGaussian

    return (*networks(**options), DiagonalGaussian(2), distortion)


def elbo(images=IMAGES, **options):
    """Return the ELBO of the model, (B,), in closed form."""
    encoder, _ = networks(**options)
    parameters = encoder(images).numpy().astype(np.float64)
    mean, log_variance = parameters[:, :2], parameters[:, 2:]
    x = images.reshape(len(images), -1).astype(np.float64)
    spread = (np.exp(log_variance) * (WEIGHTS**2).sum(axis=1)).sum(axis=1)
    errors = ((x - mean @ WEIGHTS) ** 2).sum(axis=1) + spread
    expected = -0.5 * (errors / NOISE_SD**2 + 4 * np.log(2 * np.pi * NOISE_SD**2))
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    return expected - kl
