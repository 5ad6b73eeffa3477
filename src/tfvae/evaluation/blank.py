"""Images that show nothing: what a generator draws far from the latents that it was trained on."""

import numpy as np
from numpy.typing import ArrayLike

from tfvae.arguments import as_number
from tfvae.images import as_images


def blank_share(images: ArrayLike, threshold: float = 0.1) -> float:
    """Return the share of images whose largest and smallest pixel differ by less than `threshold`, from 0 to 1.

    Such an image is plain: all black, all white, or of one shade. Each channel is compared within itself, so an image
    of a single colour is blank too.

    Args:
        images: (N, H, W, C), N at least 1, floats in [0, 1] or uint8 from 0 to 255.
        threshold: in units of the range from black to white, (0, 1].

    Raises:
        Refused: if `images` are no such images, or `threshold` lies outside of its interval.
    """
    pixels, threshold = as_images(images), as_number(threshold, "threshold", "(0, 1]")
    spans = np.ptp(pixels, axis=(1, 2)).max(axis=-1)
    white = 255 if pixels.dtype == np.uint8 else 1
    return int(np.count_nonzero(spans < threshold * white)) / len(pixels)
