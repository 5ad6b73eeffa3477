"""A Dirichlet posterior and prior, with exact gradients (Joo et al., 2020, https://arxiv.org/abs/1901.02739)."""

from dataclasses import dataclass

import numpy as np

from tfvae.arguments import as_count, as_number
from tfvae.backend import tf
from tfvae.distributions.gamma import log_gamma_quantile
from tfvae.errors import Refused

_FLOOR, _LARGEST = 0.02, 1e4  # of concentrations
_UNIFORM_MARGIN = 1e-6


@dataclass(frozen=True)
class Dirichlet:
    """Weights of K parts that sum to 1, with q(z|x) = Dir(alpha(x)) and p(z) = Dir(concentration, ..., concentration).

    A draw is K gamma variables, divided by their sum; a gamma variable is the quantile of uniform noise, whose gradient
    is exact for every concentration. The paper inverts an approximation that holds for small ones alone, and its
    divergence is that of the gamma variables, which is larger than this one, of the weights.

    The encoder's output (B, K) is unconstrained. It passes through a softplus, shifted so that an output of zero is the
    prior itself; concentrations lie in [0.02, 10,000].

    Args:
        latent_dim: number K of parts, at least 2.
        concentration: of the prior, above 0.02 and at most 10,000; 1 is uniform, less prefers the corners.
    """

    latent_dim: int
    concentration: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "latent_dim", as_count(self.latent_dim, "latent_dim", 2))
        as_number(self.concentration, "concentration", f"({_FLOOR}, {_LARGEST:g}]")

    @property
    def num_parameters(self) -> int:
        """Numbers per image that the encoder must return: K."""
        return self.latent_dim

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return uniform noise (rows, K) in [1e-6, 1 - 1e-6], a function of `seed` (two int32) alone."""
        uniform = tf.random.stateless_uniform((rows, self.latent_dim), seed)
        return tf.clip_by_value(uniform, _UNIFORM_MARGIN, 1.0 - _UNIFORM_MARGIN)

    def concentrations(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return alpha (B, K)."""
        if parameters.shape[-1] != self.num_parameters:
            raise Refused(f"parameters must have {self.num_parameters} columns. Received: {parameters.shape}")
        above = self.concentration - _FLOOR
        shift = float(above + np.log(-np.expm1(-above)))
        return tf.minimum(tf.nn.softplus(parameters + shift) + _FLOOR, _LARGEST)

    def mean(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return E[z|x] = alpha / sum(alpha), (B, K)."""
        alpha = self.concentrations(parameters)
        return alpha / tf.reduce_sum(alpha, axis=-1, keepdims=True)

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return weights (B, K), at least 0 (a tiny one underflows), summing to 1."""
        return tf.nn.softmax(log_gamma_quantile(self.concentrations(parameters), noise))

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return KL(q(z|x) || p(z)), shape (B,), in nats per image."""
        alpha = self.concentrations(parameters)
        total = tf.reduce_sum(alpha, axis=-1, keepdims=True)
        expected = tf.math.digamma(alpha) - tf.math.digamma(total)  # E[log z_k]
        return tf.reduce_sum((alpha - self.concentration) * expected, axis=-1) - self._log_normalizers(alpha)

    def log_density_ratio(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return log p(z) - log q(z|x) at z = sample(parameters, noise), shape (B,), in nats."""
        alpha = self.concentrations(parameters)
        log_weights = tf.nn.log_softmax(log_gamma_quantile(alpha, noise))
        return tf.reduce_sum((self.concentration - alpha) * log_weights, axis=-1) + self._log_normalizers(alpha)

    def _log_normalizers(self, alpha: tf.Tensor) -> tf.Tensor:
        """Return log B(alpha) - log B(concentration), (B,), for the multivariate beta function B."""
        prior = tf.fill((self.latent_dim,), tf.constant(self.concentration, alpha.dtype))

        def log_beta(shapes: tf.Tensor) -> tf.Tensor:
            return tf.reduce_sum(tf.math.lgamma(shapes), axis=-1) - tf.math.lgamma(tf.reduce_sum(shapes, axis=-1))

        return log_beta(alpha) - log_beta(prior)

    def sample_prior(self, noise: tf.Tensor) -> tf.Tensor:
        """Return draws from the prior (N, K)."""
        shapes = tf.fill(tf.shape(noise), tf.constant(self.concentration, noise.dtype))
        return tf.nn.softmax(log_gamma_quantile(shapes, noise))
