"""Validation of latents."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused

# Far beyond any decoder's use; sums of their squares, and transforms of them, stay finite even in float32.
LARGEST = 1e30
Latents = NDArray[np.floating[Any]]


def as_latents(latents: ArrayLike, minimum: int = 0) -> Latents:
    """Return latents as an array of shape (N, D), float32 or float64.

    Args:
        latents: one row per image, shape (N, D), finite and of a magnitude up to 1e30, float32 or float64.
        minimum: the smallest N allowed.

    Raises:
        Refused: if the shape, the type or a value is not as described.
    """
    array = np.asarray(latents)
    if array.ndim != 2 or array.shape[1] == 0 or len(array) < minimum:
        raise Refused(f"latents must have the shape (N, D), N >= {minimum}. Received: latents.shape={array.shape}")
    if array.dtype not in (np.float32, np.float64):
        raise Refused(f"latents must be float32 or float64. Received: latents.dtype={array.dtype}")
    if not np.isfinite(array).all():
        raise Refused("latents must be finite. Received: NaN or infinite values")
    if array.size and max(array.max(), -array.min()) > LARGEST:
        raise Refused(
            f"latents must lie between -{LARGEST:g} and {LARGEST:g}. Received: {array.min()} to {array.max()}"
        )
    return array
