"""Variational auto-encoder (Kingma & Welling, 2014, https://arxiv.org/abs/1312.6114)."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


class VAE(keras.Model):
    """Model p(x, z) = p(z) p(x|z), trained with the loss distortion + beta * rate.

        distortion = -log p(x|z) for one z ~ q(z|x),   rate = KL(q(z|x) || p(z)),   per image.

    beta = 1 with a normalised likelihood maximises the ELBO; beta > 1 is the beta-VAE (Higgins et al., 2017, eq. 4,
    https://openreview.net/forum?id=Sy2fzU9gl). With `StickBreaking` as posterior it is the stick-breaking VAE.

    Args:
        encoder: maps images (B, H, W, C) in [0, 1] to the parameters of q(z|x), (B, posterior.num_parameters).
        decoder: maps latents (B, posterior.latent_dim) to logits (B, H, W, C).
        posterior: a family of `tfvae.distributions`: q(z|x) with its prior.
        distortion: a pixel likelihood of `tfvae.models.likelihoods`, (images, logits) -> (B,).
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        posterior: Any,
        distortion: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    ) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.posterior, self.distortion = posterior, distortion

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return distortion and rate, each (B,), in nats per image.

        `noise` (B, ·) is what the posterior's sampler needs: the caller draws it, so that a step's randomness is a
        function of (seed, purpose, step) and nothing else.
        """
        parameters = self.encoder(images)
        latents = self.posterior.sample(parameters, noise)
        return self.distortion(images, self.decoder(latents)), self.posterior.kl_to_prior(parameters)

    def decode(self, latents: tf.Tensor) -> tf.Tensor:
        """Return the mean images (B, H, W, C) in [0, 1] of p(x|z)."""
        return tf.sigmoid(self.decoder(latents))

    def call(self, images: tf.Tensor, noise: tf.Tensor | None = None) -> tf.Tensor:
        """Return reconstructions (B, H, W, C) in [0, 1]: of a posterior sample, or of its mean without noise."""
        parameters = self.encoder(images)
        if noise is None:
            return self.decode(self.posterior.mean(parameters))
        return self.decode(self.posterior.sample(parameters, noise))
