"""Latents and images of a trained model, in batches, as NumPy arrays.

Noise is drawn per batch, keyed by (seed, purpose, batch). Batches have one size, except for a shorter last one, so a
model is traced at most twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.errors import Refused
from tfvae.models.vae import VAE

_BATCH = 500
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Reconstructions:
    """What a model makes of N images, with one draw from the posterior of each.

    Attributes:
        latents: (N, D).
        images: mean images (N, H, W, C) in [0, 1] of p(x|z).
        distortion: (N,), in nats per image up to the likelihood's constant.
        kl: (N,), in nats per image.
    """

    latents: Floats
    images: Floats
    distortion: Floats
    kl: Floats


class Generator:
    """What one trained VAE generates; holds its compiled functions.

    Its methods raise a ValueError where nothing is asked for, images are not uint8, or the model computes NaN or inf.

    Args:
        model: a trained model.
        seed: keys every draw.
    """

    def __init__(self, model: VAE, seed: int) -> None:
        self.model, self.posterior, self._seed = model, model.posterior, seed
        self._decode = tf.function(model.decode)
        self._encode = tf.function(lambda images: model.encoder(_to_floats(images)))
        self._evaluate = tf.function(self._reconstruct_batch)

    def prior_latents(self, count: int, purpose: str = "prior") -> Floats:
        """Return draws from the prior (count, D), count at least 1."""
        return _joined(lambda rows, step: self.posterior.sample_prior(self._noise(rows, purpose, step)), _sizes(count))

    def posterior_latents(self, images: NDArray[np.uint8], purpose: str = "posterior") -> Floats:
        """Return one draw from q(z|x) for each image (N, H, W, C) uint8, N at least 1, shape (N, D)."""
        return _joined(
            lambda batch, step: self.posterior.sample(self._encode(batch), self._noise(len(batch), purpose, step)),
            _batches(_checked(images)),
        )

    def images(self, latents: Floats) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of p(x|z) for finite latents (N, D), N at least 1."""
        bad = ~(np.abs(latents) <= np.finfo(np.float32).max)  # NaN too
        if latents.ndim != 2 or latents.shape[1] != self.posterior.latent_dim or bad.any():
            raise Refused(
                f"latents must be of the shape (N, {self.posterior.latent_dim}) and finite in float32. "
                f"Received: latents.shape={latents.shape}, {np.count_nonzero(bad)} NaN or infinite values"
            )
        return _joined(lambda batch, _: self._decode(tf.cast(batch, tf.float32)), _batches(latents))

    def reconstruct(self, images: NDArray[np.uint8], purpose: str = "posterior") -> Reconstructions:
        """Return what the model makes of images (N, H, W, C) uint8, N at least 1."""
        parts = [
            [part.numpy() for part in self._evaluate(tf.constant(batch), self._noise(len(batch), purpose, step))]
            for step, batch in enumerate(_batches(_checked(images)))
        ]
        return Reconstructions(*(_finite(np.concatenate(arrays)) for arrays in zip(*parts, strict=True)))

    def _reconstruct_batch(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        pixels = _to_floats(images)
        parameters = self.model.encoder(pixels)
        latents = self.posterior.sample(parameters, noise)
        logits = self.model.decoder(latents)
        distortion, kl = self.model.distortion(pixels, logits), self.posterior.kl_to_prior(parameters)
        return latents, tf.sigmoid(logits), distortion, kl

    def _noise(self, rows: int, purpose: str, step: int) -> tf.Tensor:
        return self.posterior.noise(rows, tf.constant(randomness.key(self._seed, purpose, step), tf.int32))


def _to_floats(images: tf.Tensor) -> tf.Tensor:
    return tf.cast(images, tf.float32) / 255.0


def _checked(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if images.dtype != np.uint8:
        raise Refused(f"images must be uint8. Received: dtype={images.dtype}")
    return images


def _finite(values: Floats) -> Floats:
    if not np.isfinite(values).all():
        raise Refused("The model computes NaN or infinite values. Its weights are not finite, or too large")
    return values


def _sizes(count: int) -> Iterator[int]:
    if count < 1:
        raise Refused(f"At least one latent or image is needed. Received: {count}")
    for start in range(0, count, _BATCH):
        yield min(_BATCH, count - start)


def _batches(array: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    for batch, size in enumerate(_sizes(len(array))):
        yield array[batch * _BATCH :][:size]


def _joined(function: Callable[..., tf.Tensor], batches: Iterator[object]) -> Floats:
    return _finite(
        np.concatenate([np.asarray(function(batch, step), np.float32) for step, batch in enumerate(batches)])
    )
