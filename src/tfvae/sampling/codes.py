"""Codes and images of a trained vector-quantised VAE, in batches, as NumPy arrays."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_codes
from tfvae.backend import tf
from tfvae.batching import in_batches
from tfvae.images import as_images, to_floats
from tfvae.models.vq_vae import VQVAE

Codes = NDArray[np.int32]
Floats = NDArray[np.float32]


class Codec:
    """Codes of images and images of codes by a trained model; holds its compiled functions."""

    def __init__(self, model: VQVAE) -> None:
        self._encode = tf.function(lambda images: model.encode(to_floats(images)))
        self._decode, self._shape = tf.function(model.decode), model.image_shape
        self._num_codes, self._grid = model.quantizer.codes, model.encoder.output_shape[1:3]

    def codes(self, images: ArrayLike) -> Codes:
        """Return the codes (N, h, w) int32 of images (N, H, W, C), see `tfvae.images.as_images`."""
        codes: Codes = in_batches(self._encode, as_images(images, shape=self._shape))
        return codes

    def images(self, codes: ArrayLike) -> Floats:
        """Return the mean images (N, H, W, C) in [0, 1] of codes (N, h, w), N at least 1.

        Raises:
            Refused: if one is no integer from 0 to K - 1, or the grid is not that of the model.
        """
        checked = as_codes(codes, self._num_codes, self._grid)
        images: Floats = in_batches(self._decode, checked)
        return images
