"""Latents and images of a trained model, in batches, as NumPy arrays.

Noise is drawn per batch, keyed by (seed, purpose, batch).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae import randomness
from tfvae.arguments import as_array, as_count
from tfvae.backend import tf
from tfvae.batching import batches, in_batches
from tfvae.errors import Refused
from tfvae.images import as_images, to_floats
from tfvae.models.model import Model
from tfvae.sampling.encoding import Floats, given
from tfvae.sampling.latents import as_latents


@dataclass(frozen=True)
class Reconstructions:
    """Reconstructions of N images, from one posterior sample of each.

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

    def mean_terms(self) -> dict[str, float]:
        """Return the means over the images of "loss" (distortion + kl), "distortion" and "kl", in nats per image."""
        distortion, kl = (float(np.mean(term, dtype=np.float64)) for term in (self.distortion, self.kl))
        return {"loss": distortion + kl, "distortion": distortion, "kl": kl}


class Generator:
    """Samples and reconstructions of one trained model; holds its compiled functions.

    Images are (N, H, W, C), see `tfvae.images.as_images`. With a conditional model methods need labels (N,), one for
    each image or latent: integers in [0, K). They raise Refused where nothing is asked for, an argument is not as
    described, or the model computes NaN or inf.

    Args:
        model: a trained model.
        seed: keys every draw.
    """

    def __init__(self, model: Model, seed: int) -> None:
        self.model, self.posterior, self._seed = model, model.posterior, seed
        self._decode = tf.function(model.decode)
        self._encode = tf.function(lambda images, *labels: given(model, *labels).encoder(to_floats(images)))
        self._evaluate = tf.function(self._reconstruct_batch)

    def prior_latents(self, count: int, purpose: str = "prior") -> Floats:
        """Return draws from the prior (count, D), count at least 1, which needs no labels."""
        return _finite(self._draws(self.model.sample_prior, count, purpose))

    def posterior_latents(
        self, images: ArrayLike, purpose: str = "posterior", labels: ArrayLike | None = None
    ) -> Floats:
        """Return one draw from q(z|x) for each image, shape (N, D)."""

        def sample(images: tf.Tensor, noise: tf.Tensor, *labels: tf.Tensor) -> tf.Tensor:
            return self.posterior.sample(self._encode(images, *labels), noise)

        return _finite(in_batches(sample, *self._with_noise(images, purpose, labels)))

    def aggregated_posterior(self, images: ArrayLike, count: int) -> Floats:
        """Return draws (n, D) from the aggregated posterior: one from q(z|x) for each of n = min(count, N) images."""
        purpose, pixels = "aggregated posterior", np.atleast_1d(as_array(images, "images"))
        rows = randomness.generator(self._seed, purpose).permutation(len(pixels))[: as_count(count, "count")]
        return self.posterior_latents(pixels[rows], purpose)

    def images(self, latents: ArrayLike, labels: ArrayLike | None = None) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of p(x|z) for finite latents (N, D), N at least 1."""
        array = as_latents(latents, minimum=1)
        if array.shape[1] != self.posterior.latent_dim:
            raise Refused(f"latents must have {self.posterior.latent_dim} dimensions. Received: shape={array.shape}")
        given_labels = self.model.checked_labels(labels, len(array))
        return _finite(in_batches(self._decode, array.astype(np.float32), *given_labels))

    def reconstruct(
        self, images: ArrayLike, purpose: str = "posterior", labels: ArrayLike | None = None
    ) -> Reconstructions:
        """Return the reconstructions of images."""
        return Reconstructions(*map(_finite, in_batches(self._evaluate, *self._with_noise(images, purpose, labels))))

    def _with_noise(self, images: ArrayLike, purpose: str, labels: ArrayLike | None) -> list[NDArray[Any]]:
        """Return checked images, noise for each of them, and their labels, if any."""
        pixels = as_images(images, shape=self.model.image_shape)
        noise = self._draws(self.posterior.noise, len(pixels), purpose)
        return [pixels, noise, *self.model.checked_labels(labels, len(pixels))]

    def _reconstruct_batch(self, images: tf.Tensor, noise: tf.Tensor, *labels: tf.Tensor) -> tuple[tf.Tensor, ...]:
        latents, logits, *terms = given(self.model, *labels).evaluate(to_floats(images), noise)
        return latents, tf.sigmoid(logits), *terms

    def _draws(self, draw: Callable[[int, tf.Tensor], tf.Tensor], count: int, purpose: str) -> Floats:
        keys = ((rows, randomness.key(self._seed, purpose, step)) for step, rows in enumerate(batches(count)))
        return np.concatenate([draw(rows.stop - rows.start, tf.constant(key, tf.int32)) for rows, key in keys])


def _finite(values: Floats) -> Floats:
    if not np.isfinite(values).all():
        raise Refused("The model computes NaN or infinite values. Its weights are not finite, or too large")
    return values
