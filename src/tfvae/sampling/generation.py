"""Latents and images of a trained model, in batches, as NumPy arrays.

Batches have one fixed size, so a model is traced once, and noise is drawn per batch, keyed by (seed, purpose, batch).
"""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.models.vae import VAE

_BATCH = 500
Floats = NDArray[np.float32]


class Generator:
    """What one trained VAE generates; holds its compiled functions.

    Args:
        model: a trained model.
        seed: keys every draw.
    """

    def __init__(self, model: VAE, seed: int) -> None:
        self.posterior, self._seed = model.posterior, seed
        self._decode = tf.function(model.decode)
        self._encode = tf.function(lambda images: model.encoder(tf.cast(images, tf.float32) / 255.0))
        self._terms = tf.function(
            lambda images, logits, parameters: tf.stack(
                [model.distortion(images, logits), self.posterior.kl_to_prior(parameters)], axis=1
            )
        )
        self._logits = tf.function(model.decoder)

    def prior_latents(self, count: int, purpose: str = "prior") -> Floats:
        """Return draws from the prior (count, D)."""
        return _joined(lambda rows, step: self.posterior.sample_prior(self._noise(rows, purpose, step)), _sizes(count))

    def posterior_latents(self, images: NDArray[np.uint8], purpose: str = "posterior") -> Floats:
        """Return one draw from q(z|x) for each image (N, H, W, C) uint8, shape (N, D)."""
        return _joined(
            lambda batch, step: self.posterior.sample(self._encode(batch), self._noise(len(batch), purpose, step)),
            _batches(images),
        )

    def images(self, latents: Floats) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of p(x|z)."""
        return _joined(lambda batch, _: self._decode(tf.cast(batch, tf.float32)), _batches(latents))

    def loss_terms(self, images: NDArray[np.uint8], purpose: str = "posterior") -> tuple[Floats, Floats]:
        """Return distortion (of one posterior sample) and KL of each image, (N,) both, in nats per image."""

        def terms(batch: NDArray[np.uint8], step: int) -> tf.Tensor:
            parameters = self._encode(batch)
            latents = self.posterior.sample(parameters, self._noise(len(batch), purpose, step))
            return self._terms(tf.cast(batch, tf.float32) / 255.0, self._logits(latents), parameters)

        both = _joined(terms, _batches(images))
        return both[:, 0], both[:, 1]

    def _noise(self, rows: int, purpose: str, step: int) -> tf.Tensor:
        return self.posterior.noise(rows, tf.constant(randomness.key(self._seed, purpose, step), tf.int32))


def _sizes(count: int) -> Iterator[int]:
    for start in range(0, count, _BATCH):
        yield min(_BATCH, count - start)


def _batches(array: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    for start in range(0, len(array), _BATCH):
        yield array[start : start + _BATCH]


def _joined(function: Callable[..., tf.Tensor], batches: Iterator[object]) -> Floats:
    parts = [np.asarray(function(batch, step), np.float32) for step, batch in enumerate(batches)]
    return np.concatenate(parts)
