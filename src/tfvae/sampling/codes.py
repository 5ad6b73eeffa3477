"""Codes and images of a trained vector-quantised VAE, in batches, as NumPy arrays."""

import numpy as np
from numpy.typing import NDArray

from tfvae.backend import tf
from tfvae.batching import in_batches
from tfvae.models.vq_vae import VQVAE

Codes = NDArray[np.int32]
Floats = NDArray[np.float32]


class Codec:
    """Codes of images and images of codes by a trained model; holds its compiled functions."""

    def __init__(self, model: VQVAE) -> None:
        self._encode = tf.function(lambda images: model.encode(tf.cast(images, tf.float32) / 255.0))
        self._decode = tf.function(model.decode)

    def codes(self, images: NDArray[np.uint8]) -> Codes:
        """Return the codes (N, h, w) int32 of images (N, H, W, C) uint8, N at least 1."""
        codes: Codes = in_batches(self._encode, images)
        return codes

    def images(self, codes: Codes) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of codes (N, h, w), N at least 1."""
        images: Floats = in_batches(self._decode, codes)
        return images
