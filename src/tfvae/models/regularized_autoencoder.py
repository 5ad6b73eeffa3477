"""Regularised auto-encoders (Ghosh et al., 2020, https://arxiv.org/abs/1903.12436): no noise, but a smooth decoder."""

from collections.abc import Mapping
from typing import Any

from tfvae.arguments import as_number, as_shape, named, one_of
from tfvae.backend import tf
from tfvae.distributions.point import Point
from tfvae.errors import Refused
from tfvae.models.vae import CONFIGURATION, VAE, build_parts

REGULARIZERS = ("l2", "gradient_penalty")


class RegularizedAutoencoder(VAE):
    """An auto-encoder with the loss distortion + regularizer_weight * R + beta * |z|^2 / 2 (eq. 11).

    R is the sum of the squared weights of the decoder ("l2"), or the squared Frobenius norm of the derivative of its
    images by the latent ("gradient_penalty"), estimated without bias by the squared length of a derivative along a
    standard normal direction. Latents are drawn from a density that is fitted afterwards (`tfvae.sampling.fitted`).

    Args, beside those of `VAE`, whose posterior is `Point`:
        regularizer: a name of `REGULARIZERS`.
        regularizer_weight: at least 0.
    """

    terms = ("distortion", "weighted_regularizer", "latent_norm")

    def __init__(self, *parts: Any, regularizer: str, regularizer_weight: float) -> None:
        super().__init__(*parts)
        self.regularizer, self.regularizer_weight = regularizer, regularizer_weight

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return distortion, weighted regulariser and half the squared length of the latent, each (B,)."""
        latents = self.encoder(images)
        norm = 0.5 * tf.reduce_sum(tf.square(latents), axis=1)
        if self.regularizer == "l2":
            logits = self.decoder(latents)
            squares = tf.add_n([tf.reduce_sum(tf.square(weight)) for weight in self.decoder.trainable_variables])
            penalty = squares * tf.ones_like(norm)
        else:
            logits, penalty = self._squared_slope(latents, noise)
        return self.distortion(images, logits), self.regularizer_weight * penalty, norm

    def _squared_slope(self, latents: tf.Tensor, direction: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the logits, and the squared length (B,) of the derivative of the mean images along a direction."""
        with tf.autodiff.ForwardAccumulator(latents, direction) as accumulator:
            logits = self.decoder(latents)
            slope = accumulator.jvp(tf.sigmoid(logits))
        return logits, tf.reduce_sum(tf.square(slope), axis=(1, 2, 3))


def build_regularized_autoencoder(configuration: Mapping[str, Any], seed: int = 0) -> RegularizedAutoencoder:
    """Return a regularised auto-encoder from plain data.

    As for `tfvae.models.vae.build_vae`, and the options of `RegularizedAutoencoder`.

    Raises:
        Refused: as `build_vae`, if an option is out of its range, or the posterior is not "point".
    """
    options = ("regularizer", "regularizer_weight")
    named(configuration, "A regularised auto-encoder's configuration", (*CONFIGURATION, *options), ("model",))
    shape = as_shape(configuration["image_shape"])
    parts = build_parts(configuration, seed, shape, shape)
    if not isinstance(parts[2], Point):
        raise Refused(f"the posterior of a regularised auto-encoder must be point. Received: {type(parts[2]).__name__}")
    return RegularizedAutoencoder(
        *parts,
        regularizer=one_of(configuration["regularizer"], REGULARIZERS, "regularizer"),
        regularizer_weight=as_number(configuration["regularizer_weight"], "regularizer_weight", "[0, 1e6]"),
    )
