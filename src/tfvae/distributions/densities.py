"""Log densities of Gaussian posteriors at latents of other images, of which the aggregated posterior is made."""

import math

from tfvae.backend import tf
from tfvae.distributions.gaussian import DiagonalGaussian

_LOG_2_PI = math.log(2 * math.pi)


def pairwise_log_densities(posterior: DiagonalGaussian, parameters: tf.Tensor, latents: tf.Tensor) -> tf.Tensor:
    """Return log q(z_i,d | x_j) for latents (B, D) and the parameters (M, 2 D) of M images, (B, M, D), in nats."""
    mean, log_variance = posterior._split(parameters)
    squares = tf.square(latents[:, None] - mean) * tf.exp(-log_variance)
    return -0.5 * (squares + log_variance + _LOG_2_PI)


def standard_normal_log_densities(latents: tf.Tensor) -> tf.Tensor:
    """Return log N(z_d; 0, 1) of latents (B, D), in nats."""
    return -0.5 * (tf.square(latents) + _LOG_2_PI)
