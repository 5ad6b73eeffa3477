"""Small images from photographs: crop, reduce, then smooth or strengthen the result."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from tfvae.errors import Refused

_LUMA = np.array([0.299, 0.587, 0.114])  # of ITU-R BT.601
_AT_ONCE = 500
Bytes = NDArray[np.uint8]


def prepare(
    images: Bytes, size: int, crop: float = 1.0, smoothing: float = 0.0, saturation: float = 1.0, contrast: float = 1.0
) -> Bytes:
    """Return square photographs as small images (N, size, size, 3) uint8.

    Args:
        images: (N, S, S, 3) uint8.
        size: of the result, at least 1, at most what `crop` leaves, which is reduced to it by averaging over areas.
        crop: share of height and width that is kept around the centre, in (0, 1].
        smoothing: then, standard deviation of a Gaussian, in pixels of the result, at least 0.
        saturation: then, factor of colours' distance from their grey, at least 0; 1 changes nothing.
        contrast: at last, factor of values' distance from middle grey, at least 0; 1 changes nothing.

    Raises:
        Refused: if the images are not square, or an argument is out of its range.
    """
    if images.ndim != 4 or images.shape[1] != images.shape[2] or images.shape[3] != 3 or images.dtype != np.uint8:
        raise Refused(
            f"images must be uint8 of shape (N, S, S, 3). Received: dtype={images.dtype}, shape={images.shape}"
        )
    if not 0 < crop <= 1 or not 1 <= size <= crop * images.shape[1] or min(smoothing, saturation, contrast) < 0:
        raise Refused(
            f"Of {images.shape[1]} pixels, crop in (0, 1] must leave at least `size`; the other arguments are at least "
            f"0. Received: size={size}, crop={crop}, smoothing={smoothing}, saturation={saturation}, "
            f"contrast={contrast}"
        )
    weights = area_weights(images.shape[1], size, crop)
    starts = range(0, len(images), _AT_ONCE)
    batches = (images[start : start + _AT_ONCE].astype(np.float64) for start in starts)
    return np.concatenate([_prepare(batch, weights, smoothing, saturation, contrast) for batch in batches])


def area_weights(old: int, new: int, share: float = 1.0) -> NDArray[np.float64]:
    """Return the matrix (new, old) that averages `old` samples, or their central share, over `new` equal intervals."""
    edges = old * (0.5 + share * (np.arange(new + 1) / new - 0.5))
    places = np.arange(old)
    overlap = np.minimum(edges[1:, None], places + 1) - np.maximum(edges[:-1, None], places)
    weights: NDArray[np.float64] = np.maximum(overlap, 0.0) * new / (old * share)
    return weights


def _prepare(
    images: NDArray[np.float64], weights: NDArray[np.float64], smoothing: float, saturation: float, contrast: float
) -> Bytes:
    small = np.einsum("ih,nhwc,jw->nijc", weights, images, weights, optimize=True)
    if smoothing > 0:
        small = gaussian_filter(small, (0, smoothing, smoothing, 0), mode="nearest")
    grey = (small @ _LUMA)[..., None]
    colourful = grey + saturation * (small - grey)
    strong = np.clip(127.5 + contrast * (colourful - 127.5), 0, 255)
    return np.asarray(np.rint(strong), np.uint8)
