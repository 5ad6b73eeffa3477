"""Checks of arguments, whose `name` is for messages, and distances of features.

Non-finite values, and values whose powers would overflow, are refused.
"""

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from tfvae.errors import Refused

# The standard deviation of KIDs takes the twelfth power of features: no sum of those overflows float64.
LARGEST_FEATURE = 1e20
LARGEST_NUMBER = 1e100
# Entries of a distance matrix that are held at a time: 32 MB.
ENTRIES = 2**22


def as_numbers(values: ArrayLike, name: str, largest: float = LARGEST_NUMBER) -> NDArray[np.float64]:
    """Return numbers of any shape as float64, without a copy when they already are.

    Raises:
        Refused: if a value is not a finite real number, or of a magnitude beyond `largest`.
    """
    array = np.asarray(values)
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


def as_labels(labels: ArrayLike, num_classes: int, name: str) -> NDArray[np.int64]:
    """Return labels (N,), N >= 1, which `name` stands for in messages.

    Raises:
        Refused: if they are no vector of integers from 0 to num_classes - 1, or there is none.
    """
    array = np.asarray(labels)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iu":
        raise Refused(
            f"{name} must be a vector of integers from 0 to {num_classes - 1}, at least one label. "
            f"Received: {name}.shape={array.shape}, {name}.dtype={array.dtype}"
        )
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= num_classes:
        raise Refused(f"{name} must be from 0 to {num_classes - 1}. Received: labels from {low} to {high}")
    return array.astype(np.int64)


def class_counts(labels: ArrayLike, num_classes: int, name: str) -> NDArray[np.int64]:
    """Return how often each class occurs, (num_classes,); arguments and errors as of `as_labels`."""
    return np.bincount(as_labels(labels, num_classes, name), minlength=num_classes).astype(np.int64)


def distance_blocks(
    first: NDArray[np.float64], second: NDArray[np.float64], metric: str = "euclidean"
) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield the distances of all pairs, (N, M), in blocks of rows that take 32 MB, each with its rows.

    They come from differences, not from x.x - 2 x.y + y.y: equal points are at the distance 0, and a pair has the same
    distance, to the last bit, in whichever set and block it appears.
    """
    rows = max(1, ENTRIES // len(second))
    for start in range(0, len(first), rows):
        block = slice(start, start + rows)
        yield block, cdist(first[block], second, metric)


def scaled_near_one(*arrays: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return arrays divided by the power of two above their largest magnitude.

    No digit changes, and the squares of tiny differences do not vanish: for metrics that depend on no scale.
    """
    _, exponent = np.frexp(max(np.abs(array).max() for array in arrays))
    return [np.ldexp(array, -exponent) for array in arrays]


def as_count(value: Any, name: str, minimum: int = 1) -> int:
    """Return a count as an int.

    Raises:
        Refused: if it is not an integer, of Python or NumPy, or below `minimum`.
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = minimum - 1
    if count < minimum:
        raise Refused(f"{name} must be at least {minimum} and an integer. Received: {name}={value!r}")
    return count


def as_features(features: ArrayLike, name: str, minimum: int = 2) -> NDArray[np.float64]:
    """Return features as a float64 array of shape (N, D), one row per image, without a copy when they already are one.

    Raises:
        Refused: if the shape is not (N, D) with N >= minimum and D >= 1, or a value is not finite and real, of a
            magnitude up to 1e20.
    """
    array = np.asarray(features)
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
