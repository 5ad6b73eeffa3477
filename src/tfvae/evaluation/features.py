"""Checks of arguments: non-finite values and overflowing powers are refused; messages show an argument's `name`."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_array
from tfvae.errors import Refused

# The standard deviation of KIDs takes the twelfth power of features: no sum of those overflows float64.
LARGEST_FEATURE = 1e20
LARGEST_NUMBER = 1e100


def as_numbers(values: ArrayLike, name: str, largest: float = LARGEST_NUMBER) -> NDArray[np.float64]:
    """Return numbers of any shape as float64, without a copy when they already are.

    Raises:
        Refused: if a value is not a finite real number, or of a magnitude beyond `largest`.
    """
    array = as_array(values, name)
    if array.dtype.kind not in "fiu":
        raise Refused(f"{name} must hold real numbers. Received: {name}.dtype={array.dtype}")
    finite = np.isfinite(array)
    if not finite.all():
        raise Refused(f"{name} must be finite. Received: {array.size - int(finite.sum())} NaN or infinite values")
    if array.size and max(float(array.max()), -float(array.min())) > largest:
        raise Refused(
            f"{name} must lie between -{largest:g} and {largest:g}, beyond which sums of powers overflow. "
            f"Received: values from {array.min()} to {array.max()}"
        )
    return array.astype(np.float64, copy=False)


def scaled_near_one(*arrays: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return arrays divided by the power of two above their largest magnitude.

    No digit changes, and the squares of tiny differences do not vanish: for metrics that depend on no scale.
    """
    _, exponent = np.frexp(max(np.abs(array).max() for array in arrays))
    return [np.ldexp(array, -exponent) for array in arrays]


def as_features(features: ArrayLike, name: str, minimum: int = 2) -> NDArray[np.float64]:
    """Return features as a float64 array of shape (N, D), one row per image, without a copy when they already are one.

    Raises:
        Refused: if the shape is not (N, D) with N >= minimum and D >= 1, or a value is not finite and real, of a
            magnitude up to 1e20.
    """
    array = as_array(features, name)
    if array.ndim != 2 or array.shape[1] == 0:
        raise Refused(f"{name} must have the shape (samples, dimensions). Received: {name}.shape={array.shape}")
    if len(array) < minimum:
        raise Refused(f"{name} must hold at least {minimum} samples. Received: {name}.shape={array.shape}")
    return as_numbers(array, name, LARGEST_FEATURE)


def as_feature_pair(
    features_1: ArrayLike,
    features_2: ArrayLike,
    names: tuple[str, str] = ("features_1", "features_2"),
    minimum: int = 2,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two sets of features, (N, D) and (M, D), as float64; N and M must be at least `minimum`.

    Raises:
        Refused: if one of them is invalid (see `as_features`) or their dimensions differ.
    """
    first, second = as_features(features_1, names[0], minimum), as_features(features_2, names[1], minimum)
    if first.shape[1] != second.shape[1]:
        raise Refused(
            f"{names[0]} and {names[1]} must have the same number of dimensions, from the same network. "
            f"Received: {names[0]}.shape={first.shape}, {names[1]}.shape={second.shape}"
        )
    return first, second
