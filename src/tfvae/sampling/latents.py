"""Validation of latents."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_array
from tfvae.errors import Refused

# Far beyond any decoder's use; sums of their squares, and transforms of them, stay finite even in float32.
LARGEST = 1e30
Latents = NDArray[np.floating[Any]]


def as_latents(latents: ArrayLike, minimum: int = 0) -> Latents:
    """Return latents, one row per image, as an array of shape (N, D), float32 or float64.

    Raises:
        Refused: if they have another shape or type, N < minimum, or a value is not finite, of a magnitude up to 1e30.
    """
    array = as_array(latents, "latents")
    if array.ndim != 2 or array.shape[1] == 0 or len(array) < minimum:
        raise Refused(f"latents must have the shape (N, D), N >= {minimum}. Received: latents.shape={array.shape}")
    if array.dtype not in (np.float32, np.float64):
        raise Refused(f"latents must be float32 or float64. Received: latents.dtype={array.dtype}")
    if not np.isfinite(array).all():
        raise Refused("latents must be finite. Received: NaN or infinite values")
    if array.size and max(array.max(), -array.min()) > LARGEST:  # in their own precision, where 1e30 may be larger
        raise Refused(
            f"latents must lie between -{LARGEST:g} and {LARGEST:g}. Received: {array.min()} to {array.max()}"
        )
    return array
