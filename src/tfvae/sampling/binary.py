"""Binary images, drawn once and for all from grey ones."""

import numpy as np
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.sampling.encoding import as_bytes


def binarize(images: NDArray[np.uint8], seed: int, purpose: str = "binarization") -> NDArray[np.uint8]:
    """Return binary images of the same shape (N, ...), each pixel 255 with the probability pixel / 255, else 0.

    The draws are a function of (seed, purpose) and the image's position, so the images that follow do not change the
    first ones. Give training and test images different purposes.

    Raises:
        Refused: if the images are not uint8.
    """
    # Of the integers 0..254, as many as the pixel's value lie below it.
    draws = randomness.generator(seed, purpose).integers(0, 255, as_bytes(images).shape, np.uint8)
    return np.where(draws < images, np.uint8(255), np.uint8(0))
