"""The posterior that the thesis calls stick-breaking, kept with its defects so that they can be measured.

It breaks no stick. Parameters named after Kumaraswamy's a and b serve as the mean and the log-variance of a Gaussian,
generation draws from N(0, I), and a floor on a and b stops every gradient until an output of the encoder exceeds
0.5413: new encoders stay below, so they never learn, and the divergence keeps its value at a = b = 1, 10.1346 for five
latents. `StickBreaking` is the intended model (Nalisnick & Smyth, 2017, https://arxiv.org/abs/1605.06197). Use
this one to reproduce the thesis's figures, never to train a good model.
"""

from dataclasses import dataclass

from tfvae.arguments import as_number
from tfvae.backend import tf
from tfvae.distributions.gaussian import StandardNormalPrior

_FLOOR = 1.0
_TERMS = 10
# Euler's constant with the digits that the published implementations give it.
_GAMMA = 0.57721


@dataclass(frozen=True)
class ClampedStickBreaking(StandardNormalPrior):
    """Latents z = a + exp(b / 2) noise with a = max(softplus(x), 1), b = max(softplus(y), 1), and the prior N(0, I).

    The encoder's output (B, 2 D) holds x, then y. Below softplus^-1(1) = ln(e - 1) = 0.5413 an output gets no gradient.
    The concentration, above 0 and finite, is beta of Beta(1, beta) in the divergence; no sample comes from that prior.
    """

    concentration: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        as_number(self.concentration, "concentration", "(0, inf)")

    def clamped_parameters(self, parameters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return a and b, each (B, D) and at least 1."""
        return self._halves(tf.maximum(tf.nn.softplus(parameters), _FLOOR))

    def mean(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return E[z|x] (B, D), which is a."""
        return self.clamped_parameters(parameters)[0]

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return z = a + exp(b / 2) noise (B, D), so sd >= exp(1/2) = 1.6487."""
        a, b = self.clamped_parameters(parameters)
        return a + tf.exp(0.5 * b) * noise

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return the published approximation of sum_d KL(Kumaraswamy(a_d, b_d) || Beta(1, concentration)), (B,).

        Nalisnick & Smyth (2017), eq. 8 and 9, with the series cut after ten terms and the digamma function replaced by
        ln b - b / 2 - b^2 / 12, the thesis's slip for ln b - 1 / (2 b) - 1 / (12 b^2). In nats per image, but it may
        fall below 0, and belongs to a distribution that z never follows. At a = b = 1 and with the default
        concentration it is D (4 * 10/11 - ln 5) = 2.0269257 D; the exact divergence is D (4 - ln 5).
        """
        a, b = self.clamped_parameters(parameters)
        beta = tf.constant(self.concentration, a.dtype)
        digamma = tf.math.log(b) - b / 2.0 - tf.square(b) / 12.0
        terms = (
            (a - 1.0) / a * (-_GAMMA - digamma - 1.0 / b)
            + tf.math.log(a)
            + tf.math.log(b)
            - tf.math.log(beta)  # ln B(1, beta)
            - (b - 1.0) / b
            + (beta - 1.0) * _short_series(a, b)
        )
        return tf.reduce_sum(terms, axis=-1)


def _short_series(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return the first ten terms of E[-log(1 - v)] = sum_m b / (m + a b) B(m / a, b), elementwise."""
    m = tf.range(1, _TERMS + 1, dtype=a.dtype)
    a, b = a[..., None], b[..., None]
    log_beta_function = tf.math.lgamma(m / a) + tf.math.lgamma(b) - tf.math.lgamma(m / a + b)
    return tf.reduce_sum(b / (m + a * b) * tf.exp(log_beta_function), axis=-1)
