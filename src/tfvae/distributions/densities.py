"""How much likelier a posterior's sample is under the prior than under the posterior itself."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tfvae.distributions.gaussian import DiagonalGaussian
from tfvae.distributions.kumaraswamy import log_sample
from tfvae.distributions.stick_breaking import StickBreaking


def log_density_ratio(posterior: Any, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    """Return log p(z) - log q(z|x) at z = posterior.sample(parameters, noise), shape (B,), in nats.

    Its expectation over the noise is -KL(q(z|x) || p(z)). It is computed from the noise, not from the sample, whose
    rounding would be magnified where q is narrow.

    Args:
        posterior: a `DiagonalGaussian` or a `StickBreaking`.
        parameters: the encoder's output, (B, posterior.num_parameters).
        noise: as `posterior.noise` draws it, (B, ·).

    Raises:
        ValueError: if the posterior is of another class, which may sample in another way.
    """
    if type(posterior) not in _RATIOS:
        known = ", ".join(family.__name__ for family in _RATIOS)
        raise ValueError(f"The densities of this posterior are not known, only of {known}. Received: {posterior!r}")
    return _RATIOS[type(posterior)](posterior, parameters, noise)


def _gaussian(posterior: DiagonalGaussian, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    """With D log 2 pi beside each, -2 log q = sum noise^2 + log_variance and -2 log p = sum z^2."""
    _, log_variance = posterior._split(parameters)
    squares = tf.square(noise) + log_variance - tf.square(posterior.sample(parameters, noise))
    return 0.5 * tf.reduce_sum(squares, axis=-1)


def _stick_breaking(posterior: StickBreaking, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    """The ratio of the fractions' densities; that of the sticks is the same, since the Jacobian cancels.

    Kumaraswamy: log q(v) = log a + log b + (a - 1) log v + (b - 1) log(1 - v^a), where 1 - v^a = u^(1/b).
    Beta(1, c): log p(v) = log c + (c - 1) log(1 - v).
    """
    a, b = posterior.kumaraswamy_parameters(parameters)
    log_u = tf.math.log(noise)
    log_v, log_rest = log_sample(a, b, log_u)
    log_q = tf.math.log(a * b) + (a - 1.0) * log_v + (b - 1.0) / b * log_u
    log_p = float(np.log(posterior.concentration)) + (posterior.concentration - 1.0) * log_rest
    return tf.reduce_sum(log_p - log_q, axis=-1)


_RATIOS: dict[type, Callable[..., tf.Tensor]] = {DiagonalGaussian: _gaussian, StickBreaking: _stick_breaking}
