"""Validation shared by the metrics that compare two sets of features."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def as_features(features: ArrayLike, name: str, minimum: int = 2) -> NDArray[np.float64]:
    """Return features as a float64 array of shape (N, D), without a copy when they already are one.

    Args:
        features: one row per image, shape (N, D), finite real numbers.
        name: the argument's name, for messages.
        minimum: the smallest N that the metric is defined for.

    Raises:
        ValueError: if the shape is not (N, D) with N >= minimum and D >= 1, or a value is not a finite number.
    """
    array = np.asarray(features)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(f"{name} must have the shape (samples, dimensions). Received: {name}.shape={array.shape}")
    if len(array) < minimum:
        raise ValueError(f"{name} must hold at least {minimum} samples. Received: {name}.shape={array.shape}")
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} must hold real numbers. Received: {name}.dtype={array.dtype}")
    finite = np.isfinite(array)
    if not finite.all():
        raise ValueError(f"{name} must be finite. Received: {array.size - int(finite.sum())} NaN or infinite values")
    return array.astype(np.float64, copy=False)


def as_feature_pair(
    features_1: ArrayLike,
    features_2: ArrayLike,
    names: tuple[str, str] = ("features_1", "features_2"),
    minimum: int = 2,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two sets of features, (N, D) and (M, D), as float64.

    Args:
        features_1: the first set, (N, D).
        features_2: the second set, (M, D).
        names: the arguments' names, for messages.
        minimum: the smallest N and M that the metric is defined for.

    Raises:
        ValueError: if one of them is invalid (see `as_features`) or their dimensions differ.
    """
    first, second = as_features(features_1, names[0], minimum), as_features(features_2, names[1], minimum)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"{names[0]} and {names[1]} must have the same number of dimensions, from the same network. "
            f"Received: {names[0]}.shape={first.shape}, {names[1]}.shape={second.shape}"
        )
    return first, second
