"""Importance-sampled log-likelihood (Burda et al., 2016, eq. 8, https://arxiv.org/abs/1509.00519).

With K samples z_k ~ q(z|x) of an image and log weights w_k = log p(x, z_k) - log q(z_k|x), log (1/K) sum_k exp w_k is
a lower bound of log p(x) in expectation. For K = 1 it is the ELBO; it never falls with K and tends to log p(x).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.evaluation.features import LARGEST_NUMBER

Floats = NDArray[np.float64]


def importance_log_likelihoods(log_weights: ArrayLike) -> Floats:
    """Return the estimates of log p(x), in nats per image, float64 (N,).

    Args:
        log_weights: (N, K), in nats, K >= 1 samples for each of N >= 1 images; -inf is a weight of 0.

    Raises:
        Refused: if the shape is another, or a log weight is NaN or +inf, or finite and beyond 1e100.
    """
    weights = _as_log_weights(log_weights)
    largest = weights.max(axis=1, keepdims=True)
    # Taking the largest out keeps the exponentials within [0, 1]; where all are 0, there is nothing to take out.
    shift = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        logarithms: Floats = np.log(np.exp(weights - shift).mean(axis=1)) + shift[:, 0]
    return logarithms


def elbos(log_weights: ArrayLike) -> Floats:
    """Return the ELBO estimated from the same samples, mean_k w_k, in nats per image, float64 (N,).

    It is at most `importance_log_likelihoods` for each image (Jensen).

    Raises:
        Refused: see `importance_log_likelihoods`.
    """
    means: Floats = _as_log_weights(log_weights).mean(axis=1)
    return means


def _as_log_weights(log_weights: ArrayLike) -> Floats:
    array = np.asarray(log_weights)
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "fiu":
        raise Refused(
            "log_weights must be real numbers of the shape (images, samples). "
            f"Received: shape={array.shape}, dtype={array.dtype}"
        )
    array = array.astype(np.float64, copy=False)
    # Written so that NaN fails too.
    if not (np.isneginf(array) | ((array >= -LARGEST_NUMBER) & (array <= LARGEST_NUMBER))).all():
        raise Refused(
            f"log_weights must lie between -{LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}, or be -inf. "
            f"Received: values from {array.min()} to {array.max()}"
        )
    return array
