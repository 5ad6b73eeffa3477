"""Binary images, drawn once and for all from grey ones."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae import randomness
from tfvae.images import as_images, to_bytes


def binarize(images: ArrayLike, seed: int, purpose: str = "binarization") -> NDArray[np.uint8]:
    """Return binary images of the same shape, uint8, each pixel 255 with the probability pixel / 255, else 0.

    Images are (N, H, W, C), see `tfvae.images.as_images`; floats are rounded to 255 steps before.

    The draws are a function of (seed, purpose) and the image's position, so the images that follow do not change the
    first ones. Give training and test images different purposes.

    Raises:
        Refused: if the images are not as described.
    """
    # Of the integers 0..254, as many as the pixel's value lie below it.
    pixels = to_bytes(as_images(images))
    draws = randomness.generator(seed, purpose).integers(0, 255, pixels.shape, np.uint8)
    return np.where(draws < pixels, np.uint8(255), np.uint8(0))
