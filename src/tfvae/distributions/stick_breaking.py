"""Stick-breaking posterior (Nalisnick & Smyth, 2017, https://arxiv.org/abs/1605.06197)."""

from dataclasses import dataclass

import numpy as np

from tfvae.arguments import as_count, as_number
from tfvae.backend import tf
from tfvae.distributions.kumaraswamy import kumaraswamy_beta_kl, log_sample
from tfvae.errors import Refused

# Keeps a and b away from 0, where densities and gradients blow up; small against the priors' values.
_FLOOR = 1e-2
# float32 cannot tell 1 - 1e-8 from 1, and log 0 is infinite.
_UNIFORM_MARGIN = 1e-7


def _inverse_softplus(value: float) -> float:
    return float(value + np.log(-np.expm1(-value)))


@dataclass(frozen=True)
class StickBreaking:
    """Weights pi_k = v_k prod_{j<k} (1 - v_j) of K sticks, the last one being what remains (section 3).

    Posterior v_k ~ Kumaraswamy(a_k, b_k), prior v_k ~ Beta(1, concentration), independently: K sticks need K - 1
    fractions. The encoder's output (B, 2 (K - 1)) holds unconstrained values of a, then of b. They pass through a
    softplus, shifted so that an output of zero is the prior itself (a = 1, b = concentration): the encoder starts
    without a divergence to pay, and gradients reach it everywhere.

    Args:
        latent_dim: number K of sticks, at least 2; a latent is a point of the simplex, (K,).
        concentration: alpha_0 of the prior, above 0.01 and finite; larger spreads the mass over more sticks.
    """

    latent_dim: int
    concentration: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "latent_dim", as_count(self.latent_dim, "latent_dim", 2))
        as_number(self.concentration, "concentration", f"({_FLOOR}, inf)")

    @property
    def num_parameters(self) -> int:
        """Numbers per image that the encoder must return: 2 (K - 1)."""
        return 2 * (self.latent_dim - 1)

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return uniform noise (rows, K - 1) in [1e-7, 1 - 1e-7], a function of `seed` (two int32) alone."""
        uniform = tf.random.stateless_uniform((rows, self.latent_dim - 1), seed)
        return tf.clip_by_value(uniform, _UNIFORM_MARGIN, 1.0 - _UNIFORM_MARGIN)

    def kumaraswamy_parameters(self, parameters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return a and b, each (B, K - 1) and above 0.01."""
        if parameters.shape[-1] != self.num_parameters:
            raise Refused(f"parameters must have {self.num_parameters} columns. Received: {parameters.shape}")
        raw_a, raw_b = tf.split(parameters, 2, axis=-1)
        a = tf.nn.softplus(raw_a + _inverse_softplus(1.0 - _FLOOR)) + _FLOOR
        b = tf.nn.softplus(raw_b + _inverse_softplus(self.concentration - _FLOOR)) + _FLOOR
        return a, b

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return stick weights (B, K), at least 0 (a tiny one underflows), summing to 1."""
        a, b = self.kumaraswamy_parameters(parameters)
        return _break(*log_sample(a, b, tf.math.log(noise)))

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return KL(q(v|x) || p(v)), shape (B,), summed over fractions, in nats per image."""
        a, b = self.kumaraswamy_parameters(parameters)
        return tf.reduce_sum(kumaraswamy_beta_kl(a, b, 1.0, self.concentration), axis=-1)

    def log_density_ratio(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return log p(z) - log q(z|x) at z = sample(parameters, noise), shape (B,), in nats.

        Its expectation over the noise is -kl_to_prior(parameters). It is computed from the noise: where q is
        narrow, rounding of the sample would be magnified. The ratio of the sticks' densities is that of the fractions':
        the Jacobian cancels.

        Kumaraswamy: log q(v) = log a + log b + (a - 1) log v + (b - 1) log(1 - v^a), where 1 - v^a = u^(1/b).
        Beta(1, c): log p(v) = log c + (c - 1) log(1 - v).
        """
        a, b = self.kumaraswamy_parameters(parameters)
        log_u = tf.math.log(noise)
        log_v, log_rest = log_sample(a, b, log_u)
        log_q = tf.math.log(a) + tf.math.log(b) + (a - 1.0) * log_v + (b - 1.0) / b * log_u
        log_p = float(np.log(self.concentration)) + (self.concentration - 1.0) * log_rest
        return tf.reduce_sum(log_p - log_q, axis=-1)

    def mean(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return E[pi|x] (B, K): fractions are independent and E[v] = b B(1 + 1/a, b)."""
        a, b = self.kumaraswamy_parameters(parameters)
        log_beta_function = tf.math.lgamma(1.0 + 1.0 / a) + tf.math.lgamma(b) - tf.math.lgamma(1.0 + 1.0 / a + b)
        v = tf.exp(tf.minimum(tf.math.log(b) + log_beta_function, -_UNIFORM_MARGIN))
        return _break(tf.math.log(v), tf.math.log1p(-v))

    def sample_prior(self, noise: tf.Tensor) -> tf.Tensor:
        """Return draws from the prior (N, K); Beta(1, c) is Kumaraswamy(1, c), so v = 1 - u^(1/c)."""
        one, concentration = tf.ones((), noise.dtype), tf.constant(self.concentration, noise.dtype)
        return _break(*log_sample(one, concentration, tf.math.log(noise)))


def _break(log_v: tf.Tensor, log_rest: tf.Tensor) -> tf.Tensor:
    """Turn log v and log(1 - v), (B, K - 1), into stick weights (B, K)."""
    left = tf.cumsum(log_rest, axis=-1)
    before = tf.concat([tf.zeros_like(left[..., :1]), left[..., :-1]], axis=-1)
    return tf.exp(tf.concat([log_v + before, left[..., -1:]], axis=-1))
