"""The two forms of images: uint8 from 0 to 255, or floats from 0 to 1."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_array
from tfvae.errors import Refused

Images = NDArray[np.uint8] | NDArray[np.float32]


def as_images(images: ArrayLike, name: str = "images", shape: Sequence[int] | None = None) -> Images:
    """Return images (N, H, W, C), N at least 1: uint8 as they are, floats in [0, 1] as float32.

    Nothing guesses a scale: floats beyond 1, integers of another type and booleans are refused. `shape`, if given, is
    the (H, W, C) that they must have.

    Raises:
        Refused: if the type, the range or the shape is another.
    """
    array = as_array(images, name)
    wanted = "H, W, C" if shape is None else ", ".join(map(str, shape))
    if array.ndim != 4 or 0 in array.shape or (shape is not None and array.shape[1:] != tuple(shape)):
        raise Refused(f"{name} must have the shape (N, {wanted}), N at least 1. Received: {name}.shape={array.shape}")
    return as_pixels(array, name)


def as_pixels(images: ArrayLike, name: str = "images") -> Images:
    """Return images in an array of any shape, as `as_images` does."""
    array = as_array(images, name)
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind != "f":
        raise Refused(
            f"{name} must be uint8 from 0 to 255, or floats from 0 to 1: convert them. Received: dtype={array.dtype}"
        )
    low, high = (array.min(), array.max()) if array.size else (0, 1)
    if not (low >= 0 and high <= 1):  # nor is NaN
        raise Refused(
            f"{name} of the type {array.dtype} must lie from 0 to 1: divide by the largest value that a pixel may "
            f"have, clip what rounding made larger, or convert to uint8. Received: values from {low} to {high}"
        )
    return array.astype(np.float32, copy=False)


def to_floats(images: Any) -> Any:
    """Return a tensor of images as float32 in [0, 1]: uint8 divided by 255, floats as they are."""
    from tfvae.backend import tf  # which plots of images do without

    return tf.cast(images, tf.float32) / 255.0 if images.dtype == tf.uint8 else images


def to_bytes(images: ArrayLike) -> NDArray[np.uint8]:
    """Return images in an array of any shape as uint8, floats times 255 and rounded; see `as_pixels`."""
    pixels = as_pixels(images)
    return np.asarray(pixels if pixels.dtype == np.uint8 else np.rint(pixels * 255.0), np.uint8)
