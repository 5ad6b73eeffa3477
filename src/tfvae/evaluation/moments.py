"""Mean and covariance of features: all that the Fréchet distance needs to know of a set of images."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.evaluation.features import as_features

Moments = tuple[NDArray[np.float64], NDArray[np.float64]]


def gaussian_statistics(features: ArrayLike) -> Moments:
    """Return the mean (D,) and the unbiased covariance (D, D), divisor N - 1, of features (N, D), in float64.

    Raises:
        Refused: if there are fewer than two samples, or a value is not finite.
    """
    rows = as_features(features, "features")
    mean = rows.mean(axis=0)
    centred = rows - mean  # First centre, then multiply: E[x x^T] - m m^T would cancel digits.
    return mean, centred.T @ centred / (len(rows) - 1)
