"""Kernel inception distance (Bińkowski et al., 2018, https://arxiv.org/abs/1801.01401, section 4).

The squared maximum mean discrepancy between two sets of features (Gretton et al., 2012, eq. 3,
https://jmlr.org/papers/v13/gretton12a.html) with the kernel k(x, y) = (x.y / D + 1)^3, unbiased:

    mean_{i != j} k(x_i, x_j) + mean_{i != j} k(y_i, y_j) - 2 mean_{i, j} k(x_i, y_j).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae import randomness
from tfvae.arguments import as_count
from tfvae.evaluation.features import as_feature_pair

# Kernel values are computed in tiles of BLOCK x BLOCK: two arrays of 8 MB at a time, whatever the number of samples.
BLOCK = 1024


def kid(features_1: ArrayLike, features_2: ArrayLike) -> float:
    """Return the unbiased estimate of the squared maximum mean discrepancy, over all pairs.

    Unlike FID its expectation does not depend on the number of samples, so it may be negative when the two
    distributions are close. Rounding leaves about 1e-16 of the mean kernel value within a set. The features (N, D) and
    (M, D), N and M >= 2, come from the same network.

    Raises:
        Refused: if a set holds fewer than two samples or a value that is not finite, or the dimensions differ.
    """
    return _mmd(*as_feature_pair(features_1, features_2))


def kid_subsets(
    features_1: ArrayLike, features_2: ArrayLike, subsets: int = 100, size: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Return the mean and the standard deviation (ddof 1) of KID over random subsets, the usual published form.

    At least 2 pairs of subsets are drawn without replacement, each of at least 2 samples: `size`, or min(N, M) if that
    is less.

    Raises:
        Refused: if `subsets` or `size` is below 2, or for features that `kid` refuses.
    """
    subsets, size = as_count(subsets, "subsets", 2), as_count(size, "size", 2)
    first, second = as_feature_pair(features_1, features_2)
    size = min(size, len(first), len(second))
    values = np.empty(subsets)
    for i in range(subsets):
        generator = randomness.generator(seed, "kid_subsets", i)
        rows_1 = generator.choice(len(first), size, replace=False)
        rows_2 = generator.choice(len(second), size, replace=False)
        values[i] = _mmd(first[rows_1], second[rows_2])
    return float(values.mean()), float(values.std(ddof=1))


def _mmd(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    n, m = len(first), len(second)
    within_1 = _sum_off_diagonal(first) / (n * (n - 1))
    within_2 = _sum_off_diagonal(second) / (m * (m - 1))
    between = sum(_sum(x, y) for x in _blocks(first) for y in _blocks(second)) / (n * m)
    return within_1 + within_2 - 2.0 * between


def _sum_off_diagonal(features: NDArray[np.float64]) -> float:
    """Return the sum of k(x_i, x_j) over i != j; the kernel is symmetric, so half of the tiles are enough."""
    blocks = _blocks(features)
    total = 0.0
    for i, block in enumerate(blocks):
        total += _sum(block, block, drop_diagonal=True)
        total += 2.0 * sum(_sum(block, later) for later in blocks[i + 1 :])
    return total


def _sum(first: NDArray[np.float64], second: NDArray[np.float64], drop_diagonal: bool = False) -> float:
    """Return the sum of k over all pairs of rows of two blocks."""
    tile = first @ second.T
    tile /= first.shape[1]
    tile += 1.0
    if drop_diagonal:
        np.fill_diagonal(tile, 0.0)
    # Cube and sum in one pass of BLAS; `**3` would call pow for each element.
    return float(np.vdot(tile * tile, tile))


def _blocks(features: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    return [features[start : start + BLOCK] for start in range(0, len(features), BLOCK)]
