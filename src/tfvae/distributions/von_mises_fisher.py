"""Latents on a sphere: a von Mises-Fisher posterior and the uniform prior (Davidson et al., 2018, arXiv:1804.00891)."""

from collections.abc import Callable
from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np

from tfvae.arguments import as_count
from tfvae.backend import tf
from tfvae.errors import Refused

_LARGEST, _UNIFORM_MARGIN = 1e4, 1e-6
_TINY, _NEWTON_STEPS = 1e-30, 3
_SHORTEST = 1e-5  # of what the encoder returns as a direction
_CELLS = 128  # of the integrals over the angle, each with a point in its middle


@dataclass(frozen=True)
class VonMisesFisher:
    """The family q(z|x) with density proportional to exp(kappa <mu, z>) on the sphere in R^D; p(z) is uniform there.

    The angle between z and mu has a density proportional to exp(kappa cos t) sin(t)^(D-2). Divergence and draws come
    from its integrals by Simpson's rule, over the part of [0, pi] that holds it: without Bessel functions, which
    overflow, and for every D from 2 on. An angle is the quantile of uniform noise, with the implicit gradient by kappa;
    the paper rejects proposals, which has the same law, but no fixed amount of noise.

    The encoder's output (B, D + 1) is a direction, of any length, and the concentration kappa before a softplus; kappa
    lies in [1, 10,000], as the authors' code adds 1. What is shorter than 1e-5, as what a new encoder makes of a black
    image, is no direction: the first axis takes its place and passes no gradient, which would grow like 1 / length.

    Args:
        latent_dim: D, at least 2; the sphere has D - 1 dimensions.
    """

    latent_dim: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "latent_dim", as_count(self.latent_dim, "latent_dim", 2))

    @property
    def num_parameters(self) -> int:
        """Numbers per image that the encoder must return: D + 1."""
        return self.latent_dim + 1

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return noise (rows, D + 1), a function of `seed` (two int32) alone: D normal, one uniform in (0, 1)."""
        normal = tf.random.stateless_normal((rows, self.latent_dim + 1), seed)
        uniform = 0.5 * tf.math.erfc(-normal[:, -1:] / np.sqrt(2.0))
        return tf.concat([normal[:, :-1], tf.clip_by_value(uniform, _UNIFORM_MARGIN, 1.0 - _UNIFORM_MARGIN)], axis=1)

    def _split(self, parameters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return mu (B, D) of length 1 and kappa (B,)."""
        if parameters.shape[-1] != self.num_parameters:
            raise Refused(f"parameters must have {self.num_parameters} columns. Received: {parameters.shape}")
        kappa = tf.minimum(tf.nn.softplus(parameters[:, -1]) + 1.0, _LARGEST)
        direction = parameters[:, :-1]
        is_one = tf.reduce_sum(tf.square(direction), axis=1, keepdims=True) > _SHORTEST**2
        first_axis = tf.one_hot(0, self.latent_dim, dtype=direction.dtype)
        return tf.math.l2_normalize(tf.where(is_one, direction, first_axis), axis=1), kappa

    def mean(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return the mean direction mu (B, D), on the sphere, where E[z|x] is not."""
        return self._split(parameters)[0]

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return z = cos(t) mu + sin(t) v (B, D), with v uniform among the directions at right angles to mu."""
        mu, kappa = self._split(parameters)
        angle = angle_quantile(kappa, noise[:, -1], self.latent_dim)[:, None]
        across = noise[:, :-1]
        for _ in range(2):  # the second time because the first rounds what is nearly parallel to mu
            across = tf.math.l2_normalize(across - tf.reduce_sum(across * mu, axis=1, keepdims=True) * mu, axis=1)
        return tf.cos(angle) * mu + tf.sin(angle) * across

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return KL(q(z|x) || p(z)), shape (B,), in nats per image."""
        _, kappa = self._split(parameters)
        return sphere_kl(kappa, self.latent_dim)

    def log_density_ratio(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return log p(z) - log q(z|x) at z = sample(parameters, noise), shape (B,), in nats."""
        _, kappa = self._split(parameters)
        angle = angle_quantile(kappa, noise[:, -1], self.latent_dim)
        *_, log_mass = _masses(kappa, self.latent_dim)
        return kappa * _below_one(angle) + log_mass - _log_uniform_mass(self.latent_dim)

    def sample_prior(self, noise: tf.Tensor) -> tf.Tensor:
        """Return draws from the uniform distribution on the sphere (N, D)."""
        return tf.math.l2_normalize(noise[:, :-1], axis=1)


def sphere_kl(kappa: tf.Tensor, dim: int) -> tf.Tensor:
    """Return the divergence, in nats, of a von Mises-Fisher density with kappa (B,) to the uniform one in R^dim."""
    angles, parts, log_mass = _masses(kappa, dim)
    return _log_uniform_mass(dim) - kappa * tf.reduce_sum(parts * _below_one(angles), axis=1) - log_mass


def angle_quantile(kappa: tf.Tensor, uniform: tf.Tensor, dim: int) -> tf.Tensor:
    """Return the angle (B,) below which the share u of a von Mises-Fisher density in R^dim lies.

    Its derivative by kappa is the implicit one, minus that of the share by the density; there is none by u.

    Args:
        kappa: (B,), in (0, 10,000].
        uniform: u (B,), in (0, 1).
        dim: at least 2.
    """

    @tf.custom_gradient
    def quantile(kappa: tf.Tensor, uniform: tf.Tensor) -> tuple[tf.Tensor, object]:
        angles, parts, log_mass = _masses(kappa, dim)
        shares, moments = (tf.cumsum(_cells(part), axis=1) for part in (parts, parts * _below_one(angles)))
        cell = tf.minimum(tf.searchsorted(shares, uniform[:, None], side="right"), _CELLS - 1)
        first = tf.gather(angles, 2 * cell, batch_dims=1)[:, 0]
        width = angles[:, 2]
        before, moment_before = (
            tf.gather(tf.pad(values, [[0, 0], [1, 0]]), cell, batch_dims=1)[:, 0] for values in (shares, moments)
        )

        def density(angle: tf.Tensor) -> tf.Tensor:
            return tf.exp(_log_heights(kappa, angle, dim) - log_mass)

        def since_first(angle: tf.Tensor, of: Callable[[tf.Tensor], tf.Tensor]) -> tf.Tensor:
            return (angle - first) / 6.0 * (of(first) + 4.0 * of(0.5 * (first + angle)) + of(angle))

        angle = first + 0.5 * width
        for _ in range(_NEWTON_STEPS):
            excess = before + since_first(angle, density) - uniform
            angle = tf.clip_by_value(angle - excess / tf.maximum(density(angle), _TINY), first, first + width)

        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, None]:
            moment = moment_before + since_first(angle, lambda t: density(t) * _below_one(t))
            by_kappa = uniform * moments[:, -1] - moment
            return -upstream * by_kappa / tf.maximum(density(angle), _TINY), None

        return angle, gradient

    angle: tf.Tensor = quantile(kappa, uniform)
    return angle


def _masses(kappa: tf.Tensor, dim: int) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Return angles (B, 2 cells + 1), their parts of the whole, which sum to 1, and the logarithm (B,) of the whole.

    The whole is the integral of exp(kappa (cos t - 1)) sin(t)^(dim - 2).
    """
    # Far from 0 the density falls like exp(-kappa t^2 / 2): beyond this many nats nothing counts in float32.
    nats = 25.0 + dim * log(2.0 + dim)
    last = tf.stop_gradient(tf.minimum(2.0 * tf.asin(tf.sqrt(tf.minimum(0.5 * nats / kappa, 1.0))), pi))
    nodes = tf.constant(np.linspace(0.0, 1.0, 2 * _CELLS + 1), kappa.dtype)
    weights = np.tile([2.0, 4.0], _CELLS + 1)[: 2 * _CELLS + 1] / (6.0 * _CELLS)
    weights[[0, -1]] /= 2.0
    angles = last[:, None] * nodes
    log_parts = _log_heights(kappa[:, None], angles, dim) + tf.math.log(
        last[:, None] * tf.constant(weights, kappa.dtype)
    )
    log_mass = tf.reduce_logsumexp(log_parts, axis=1)
    return angles, tf.exp(log_parts - log_mass[:, None]), log_mass


def _log_heights(kappa: tf.Tensor, angles: tf.Tensor, dim: int) -> tf.Tensor:
    """Return the logarithm of exp(kappa (cos t - 1)) sin(t)^(dim - 2); of no height that of a tiny one."""
    heights = (dim - 2) * tf.math.log(tf.maximum(tf.sin(angles), _TINY)) if dim > 2 else 0.0
    return heights - kappa * _below_one(angles)


def _below_one(angle: tf.Tensor) -> tf.Tensor:
    """Return 1 - cos of an angle, to all digits of a small one."""
    return 2.0 * tf.square(tf.sin(0.5 * angle))


def _cells(parts: tf.Tensor) -> tf.Tensor:
    """Return the integral over each cell, (B, cells): a node between two counts half in each."""
    inner = parts[:, 2:-1:2] / 2.0
    left, right = tf.concat([parts[:, :1], inner], axis=1), tf.concat([inner, parts[:, -1:]], axis=1)
    return left + parts[:, 1::2] + right


def _log_uniform_mass(dim: int) -> float:
    """Return the logarithm of the integral of sin^(dim-2) over [0, pi]."""
    return 0.5 * log(pi) + lgamma((dim - 1) / 2) - lgamma(dim / 2)
