"""The standard normal prior, and the diagonal Gaussian posterior (Kingma & Welling, 2014, https://arxiv.org/abs/1312.6114)."""

from dataclasses import dataclass

from tfvae.arguments import as_count
from tfvae.backend import tf
from tfvae.errors import Refused

# exp(20) = 4.9e8 and exp(-20) = 2e-9: no trained model comes near, and the exponential stays finite in float32.
_LOG_VARIANCE_BOUND = 20.0


@dataclass(frozen=True)
class StandardNormalPrior:
    """The prior p(z) = N(0, I) of latents (B, D), D being `latent_dim`, shared by several posterior families."""

    latent_dim: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "latent_dim", as_count(self.latent_dim, "latent_dim"))

    @property
    def num_parameters(self) -> int:
        """Numbers per image that the encoder must return: 2 D, two for each dimension."""
        return 2 * self.latent_dim

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return standard normal noise (rows, D), a function of `seed` (two int32) alone."""
        return tf.random.stateless_normal((rows, self.latent_dim), seed)

    def sample_prior(self, noise: tf.Tensor) -> tf.Tensor:
        """Return draws from N(0, I) (N, D): the noise itself."""
        return noise

    def _halves(self, parameters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        if parameters.shape[-1] != self.num_parameters:
            raise Refused(f"parameters must have {self.num_parameters} columns. Received: {parameters.shape}")
        first, last = tf.split(parameters, 2, axis=-1)
        return first, last


@dataclass(frozen=True)
class DiagonalGaussian(StandardNormalPrior):
    """The family q(z|x) = N(mean, diag(exp(log_variance))) with the prior p(z) = N(0, I).

    The encoder's output (B, 2 D) is split into mean (first D columns) and log-variance (last D), both unconstrained;
    the log-variance is clipped to [-20, 20] so that its exponential is always finite.
    """

    def _split(self, parameters: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        mean, log_variance = self._halves(parameters)
        return mean, tf.clip_by_value(log_variance, -_LOG_VARIANCE_BOUND, _LOG_VARIANCE_BOUND)

    def mean(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return E[z|x] (B, D)."""
        return self._split(parameters)[0]

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return z = mean + sd * noise (B, D): the reparameterisation trick (section 2.4)."""
        mean, log_variance = self._split(parameters)
        return mean + tf.exp(0.5 * log_variance) * noise

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return KL(q(z|x) || p(z)), shape (B,), summed over dimensions, in nats per image (appendix B)."""
        mean, log_variance = self._split(parameters)
        return 0.5 * tf.reduce_sum(tf.square(mean) + tf.exp(log_variance) - 1.0 - log_variance, axis=-1)

    def log_density_ratio(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return log p(z) - log q(z|x) at z = sample(parameters, noise), shape (B,), in nats.

        Its expectation over the noise is -kl_to_prior(parameters). It is computed from the noise: where q is
        narrow, rounding of the sample would be magnified. With D log 2 pi beside each, -2 log q = sum noise^2 +
        log_variance and -2 log p = sum z^2.
        """
        _, log_variance = self._split(parameters)
        squares = tf.square(noise) + log_variance - tf.square(self.sample(parameters, noise))
        return 0.5 * tf.reduce_sum(squares, axis=-1)
