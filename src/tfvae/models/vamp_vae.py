"""A VAE whose prior is a mixture of its own posteriors (Tomczak & Welling, 2018, https://arxiv.org/abs/1705.07120)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tfvae import randomness
from tfvae.arguments import as_count, as_shape, named
from tfvae.backend import tf
from tfvae.distributions.densities import pairwise_log_densities
from tfvae.distributions.gaussian import DiagonalGaussian
from tfvae.errors import Refused
from tfvae.models.tcvae import gaussian
from tfvae.models.vae import CONFIGURATION, VAE, build_parts


@dataclass(frozen=True)
class VampGaussian(DiagonalGaussian):
    """A diagonal Gaussian posterior with the prior 1/K sum_k q(z|u_k) of pseudo-inputs u_k (eq. 9).

    `components` returns the parameters (K, 2 D) of the q(z|u_k). Noise has one column more than a latent, by which a
    draw of the prior chooses its component.
    """

    components: Callable[[], tf.Tensor]

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return standard normal noise (rows, D + 1), a function of `seed` (two int32) alone."""
        return tf.random.stateless_normal((rows, self.latent_dim + 1), seed)

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return z = mean + sd * noise (B, D)."""
        return super().sample(parameters, noise[:, : self.latent_dim])

    def sample_prior(self, noise: tf.Tensor) -> tf.Tensor:
        """Return draws from the mixture (N, D)."""
        parameters = self.components()
        count = tf.shape(parameters)[0]
        uniform = 0.5 * tf.math.erfc(-noise[:, -1] / np.sqrt(2.0))
        chosen = tf.minimum(tf.cast(uniform * tf.cast(count, tf.float32), tf.int32), count - 1)
        return self.sample(tf.gather(parameters, chosen), noise)

    def log_prior(self, latents: tf.Tensor) -> tf.Tensor:
        """Return log p(z) of latents (B, D), (B,), in nats."""
        densities = tf.reduce_sum(pairwise_log_densities(self, self.components(), latents), axis=2)
        return tf.reduce_logsumexp(densities, axis=1) - tf.math.log(tf.cast(tf.shape(densities)[1], tf.float32))

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Refuse: the divergence from a mixture has no closed form, and that from N(0, I) would be wrong."""
        raise Refused("The divergence from a mixture of posteriors has no closed form: use log_density_ratio")

    def log_density_ratio(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return log p(z) - log q(z|x) at z = sample(parameters, noise), shape (B,), in nats."""
        own, (_, log_variance) = noise[:, : self.latent_dim], self._split(parameters)
        log_posterior = -0.5 * tf.reduce_sum(tf.square(own) + log_variance + np.log(2 * np.pi), axis=1)
        return self.log_prior(self.sample(parameters, noise)) - log_posterior


class VampVAE(VAE):
    """A VAE with the "variational mixture of posteriors" prior, whose pseudo-inputs are weights.

    The rate has no closed form: `evaluate` returns that of one sample, log q(z|x) - log p(z), which may be negative.

    Args, beside those of `VAE`:
        pseudo_inputs: K.
        seed: the first pseudo-inputs are drawn from it.
    """

    def __init__(self, *parts: Any, pseudo_inputs: int, seed: int) -> None:
        super().__init__(*parts)
        shape = (pseudo_inputs, *self.decoder.output_shape[1:])
        self.pseudo_logits = self.add_weight(name="pseudo_logits", shape=shape, initializer="zeros")
        # Dark, as most pixels are, and different, as equal ones would stay equal.
        self.pseudo_logits.assign(randomness.generator(seed, "pseudo-inputs").normal(-2.0, 1.0, shape))
        self.posterior = VampGaussian(self.posterior.latent_dim, self._components)

    def _components(self) -> tf.Tensor:
        return self.encoder(tf.sigmoid(self.pseudo_logits.value))

    def evaluate(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return latents (B, D) and logits (B, H, W, C) of one posterior sample per image, distortion and rate (B,)."""
        parameters = self.encoder(images)
        latents = self.posterior.sample(parameters, noise)
        logits = self.decoder(latents)
        return latents, logits, self.distortion(images, logits), -self.posterior.log_density_ratio(parameters, noise)


def build_vamp_vae(configuration: Mapping[str, Any], seed: int = 0) -> VampVAE:
    """Return a `VampVAE` from plain data: as for `tfvae.models.vae.build_vae`, with "pseudo_inputs", their number.

    Raises:
        Refused: as `build_vae`, and if the posterior is no diagonal Gaussian, or the number is below 1.
    """
    named(configuration, "A VAE with pseudo-inputs' configuration", (*CONFIGURATION, "pseudo_inputs"), ("model",))
    count, shape = as_count(configuration["pseudo_inputs"], "pseudo_inputs"), as_shape(configuration["image_shape"])
    parts = gaussian(build_parts(configuration, seed, shape, shape), "a VAE with pseudo-inputs")
    return VampVAE(*parts, pseudo_inputs=count, seed=seed)
