"""Images of a trained conditional VAE, each of the class that is asked for, in batches, as NumPy arrays.

For one class alone, `Generator(model.given(label), seed)` does the same and more.
"""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.errors import Refused
from tfvae.models.conditional import ConditionalVAE
from tfvae.sampling.generation import Floats, Generator, Reconstructions

_BATCH = 500


class ConditionalGenerator:
    """What one trained conditional VAE generates; holds its compiled functions.

    Args:
        model: a trained model.
        seed: keys every draw, by (seed, purpose, batch), as `Generator` does.
    """

    def __init__(self, model: ConditionalVAE, seed: int) -> None:
        self.model, self._seed = model, seed
        self._decode = tf.function(lambda latents, labels: model.given(labels).decode(latents))
        self._means = tf.function(self._mean_batch)
        self._evaluate = tf.function(self._reconstruct_batch)

    def prior_latents(self, count: int, purpose: str = "prior") -> Floats:
        """Return draws from the prior (count, D), which is the same for all classes."""
        return Generator(self.model.given(0), self._seed).prior_latents(count, purpose)

    def images(self, latents: Floats, labels: NDArray[np.integer]) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of p(x | z, y), of latents (N, D) and labels (N,)."""
        parts = [self._decode(tf.constant(z), tf.constant(y)).numpy() for z, y in _batches(latents, labels)]
        return np.concatenate(parts)

    def posterior_means(self, images: NDArray[np.uint8], labels: NDArray[np.integer]) -> Floats:
        """Return E[z | x, y] (N, D) of images (N, H, W, C) uint8 with their labels (N,)."""
        return np.concatenate(
            [self._means(tf.constant(x), tf.constant(y)).numpy() for x, y in _batches(images, labels)]
        )

    def reconstruct(
        self, images: NDArray[np.uint8], labels: NDArray[np.integer], purpose: str = "posterior"
    ) -> Reconstructions:
        """Return what the model makes of images (N, H, W, C) uint8 with their labels (N,), N at least 1."""
        parts = []
        for step, (batch, given) in enumerate(_batches(images, labels)):
            key = tf.constant(randomness.key(self._seed, purpose, step), tf.int32)
            noise = self.model.posterior.noise(len(batch), key)
            parts.append([part.numpy() for part in self._evaluate(tf.constant(batch), tf.constant(given), noise)])
        return Reconstructions(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def _mean_batch(self, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return self.model.posterior.mean(self.model.given(labels).encoder(_to_floats(images)))

    def _reconstruct_batch(self, images: tf.Tensor, labels: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        vae, pixels = self.model.given(labels), _to_floats(images)
        parameters = vae.encoder(pixels)
        latents = vae.posterior.sample(parameters, noise)
        logits = vae.decoder(latents)
        return latents, tf.sigmoid(logits), vae.distortion(pixels, logits), vae.posterior.kl_to_prior(parameters)


def _to_floats(images: tf.Tensor) -> tf.Tensor:
    return tf.cast(images, tf.float32) / 255.0


def _batches(array: NDArray[np.generic], labels: NDArray[np.integer]) -> list[tuple[NDArray[np.generic], ...]]:
    if len(array) != len(labels) or len(labels) == 0:
        raise Refused(
            f"There must be one label for each latent or image, and at least one. Received: {len(array)} and "
            f"{len(labels)} labels"
        )
    given = np.asarray(labels, np.int32)
    return [(array[start : start + _BATCH], given[start : start + _BATCH]) for start in range(0, len(given), _BATCH)]
