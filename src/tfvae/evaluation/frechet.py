"""Fréchet inception distance (Heusel et al., 2017, https://arxiv.org/abs/1706.08500, eq. 6).

Two sets of features are summarised by the means and covariances of Gaussians; the distance between those is
(Dowson & Landau, 1982, https://doi.org/10.1016/0047-259X(82)90077-X)

    |m_1 - m_2|^2 + tr C_1 + tr C_2 - 2 tr (C_1 C_2)^(1/2).

With factors C = A A^T, the last trace is the sum of the singular values of A_1^T A_2. This never leaves the real
numbers, needs no regularisation of singular covariances, and squares nothing: the usual square roots of the eigenvalues
of C_1 C_2 turn a rounding error e of an eigenvalue 0 into sqrt(e).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.evaluation.features import as_feature_pair, as_numbers
from tfvae.evaluation.moments import gaussian_statistics

# Covariances may come from float32 features: differences of this size, relative to the largest entry, are rounding.
TOLERANCE = 1e-5


def fid(features_1: ArrayLike, features_2: ArrayLike) -> float:
    """Return the Fréchet distance between Gaussians fitted to two sets of features.

    The estimate is biased upwards, for two samples of the same N(0, I_D) by about
    (D + D (D + 1) / 4) (1/N + 1/M): compare only values of equal N and M, from the same network. The features are
    (N, D) and (M, D), N and M >= 2; the distance is at least 0, in their squared units, and 0 for equal sets.

    Raises:
        Refused: if a set holds fewer than two samples or a value that is not finite, or the dimensions differ.
    """
    first, second = as_feature_pair(features_1, features_2)
    return frechet_distance(*gaussian_statistics(first), *gaussian_statistics(second))


def frechet_distance(mean_1: ArrayLike, cov_1: ArrayLike, mean_2: ArrayLike, cov_2: ArrayLike) -> float:
    """Return the squared Fréchet (2-Wasserstein) distance, at least 0, between two Gaussians.

    Their means are (D,), their covariances (D, D), symmetric and positive semi-definite; they may be singular.

    Raises:
        Refused: if the shapes do not agree, a value is not finite or beyond 1e100, or a covariance is not symmetric
            and positive semi-definite.
    """
    first, factor_1, trace_1 = _check("1", mean_1, cov_1)
    second, factor_2, trace_2 = _check("2", mean_2, cov_2)
    if first.shape != second.shape:
        raise Refused(
            "The two Gaussians must have the same number of dimensions. "
            f"Received: mean_1.shape={first.shape}, mean_2.shape={second.shape}"
        )
    cross = float(np.linalg.svd(factor_1.T @ factor_2, compute_uv=False).sum())
    # The exact value is never negative; rounding can leave about -1e-16 of the traces.
    return max(0.0, float(np.square(first - second).sum()) + trace_1 + trace_2 - 2.0 * cross)


def _check(which: str, mean: ArrayLike, cov: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the mean (D,), a factor A (D, R) with A A^T = cov, and the trace of cov."""
    mean, cov = as_numbers(mean, f"mean_{which}"), as_numbers(cov, f"cov_{which}")
    if mean.ndim != 1 or mean.size == 0 or cov.shape != (mean.size, mean.size):
        raise Refused(
            f"mean_{which} and cov_{which} must have the shapes (D,) and (D, D). "
            f"Received: mean_{which}.shape={mean.shape}, cov_{which}.shape={cov.shape}"
        )
    asymmetry = np.abs(cov - cov.T).max()
    if asymmetry > TOLERANCE * np.abs(cov).max():
        raise Refused(f"cov_{which} must be symmetric. Received: entries that differ by {asymmetry:g}")
    values, vectors = np.linalg.eigh((cov + cov.T) / 2)
    largest = max(abs(values[0]), abs(values[-1]))
    if values[0] < -TOLERANCE * largest:
        raise Refused(f"cov_{which} must be positive semi-definite. Received: smallest eigenvalue={values[0]}")
    # Below this bound an eigenvalue is the rounding error of a zero; its square root would not be small any more.
    keep = values > len(values) * np.finfo(np.float64).eps * largest
    return mean, vectors[:, keep] * np.sqrt(values[keep]), float(np.trace(cov))
