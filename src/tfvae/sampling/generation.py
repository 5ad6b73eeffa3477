"""Latents and images of a trained model, in batches, as NumPy arrays.

Noise is drawn per batch, keyed by (seed, purpose, batch).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.backend import tf
from tfvae.batching import batches, in_batches
from tfvae.errors import Refused
from tfvae.models.model import Model
from tfvae.sampling.encoding import Floats, Labels, aligned, as_bytes, given, to_floats


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

    Its methods raise Refused where nothing is asked for, images are not uint8, or the model computes NaN or inf. With a
    conditional model they need labels (N,), one for each image or latent: integers in [0, K).

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
        self, images: NDArray[np.uint8], purpose: str = "posterior", labels: Labels | None = None
    ) -> Floats:
        """Return one draw from q(z|x) for each image (N, H, W, C) uint8, N at least 1, shape (N, D)."""

        def sample(images: tf.Tensor, noise: tf.Tensor, *labels: tf.Tensor) -> tf.Tensor:
            return self.posterior.sample(self._encode(images, *labels), noise)

        noise = self._draws(self.posterior.noise, len(as_bytes(images)), purpose)
        return _finite(in_batches(sample, images, noise, *aligned(labels, images)))

    def aggregated_posterior(self, images: NDArray[np.uint8], count: int) -> Floats:
        """Return draws (n, D) from the aggregated posterior: one from q(z|x) for each of n = min(count, N) images."""
        purpose = "aggregated posterior"
        rows = randomness.generator(self._seed, purpose).permutation(len(images))[:count]
        return self.posterior_latents(images[rows], purpose)

    def images(self, latents: Floats, labels: Labels | None = None) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of p(x|z) for finite latents (N, D), N at least 1."""
        bad = ~(np.abs(latents) <= np.finfo(np.float32).max)  # NaN too
        if latents.ndim != 2 or latents.shape[1] != self.posterior.latent_dim or bad.any():
            raise Refused(
                f"latents must be of the shape (N, {self.posterior.latent_dim}) and finite in float32. "
                f"Received: latents.shape={latents.shape}, {np.count_nonzero(bad)} NaN or infinite values"
            )
        return _finite(in_batches(self._decode, latents.astype(np.float32), *aligned(labels, latents)))

    def reconstruct(
        self, images: NDArray[np.uint8], purpose: str = "posterior", labels: Labels | None = None
    ) -> Reconstructions:
        """Return the reconstructions of images (N, H, W, C) uint8, N at least 1."""
        noise = self._draws(self.posterior.noise, len(as_bytes(images)), purpose)
        parts = in_batches(self._evaluate, images, noise, *aligned(labels, images))
        return Reconstructions(*map(_finite, parts))

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
