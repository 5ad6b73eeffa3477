"""Inception score (Salimans et al., 2016, https://arxiv.org/abs/1606.03498, section 4)."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from tfvae.errors import Refused
from tfvae.evaluation.features import as_numbers

# How far the sum of a row may be from 1: probabilities of a network that computes in half precision.
TOLERANCE = 1e-2


def inception_score(probabilities: ArrayLike) -> float:
    """Return exp E_x KL(p(y|x) || p(y)), with the divergence in nats and p(y) the mean of p(y|x).

    It never looks at real images. It goes from 1 (all predictions equal) to K (certain predictions, spread evenly over
    the classes).

    Args:
        probabilities: p(y|x) for each generated image, (N, K), N >= 1. Rows sum to 1, within the rounding of half
            precision, and are normalised.

    Raises:
        Refused: if the shape is not (N, K), or a row is not a probability distribution.
    """
    p = as_numbers(probabilities, "probabilities")
    if p.ndim != 2 or p.size == 0:
        raise Refused(f"probabilities must have the shape (images, classes). Received: shape={p.shape}")
    sums = p.sum(axis=1, keepdims=True)
    if p.min() < 0.0 or np.abs(sums - 1.0).max() > TOLERANCE:
        raise Refused(
            "Each row of probabilities must be non-negative and sum to 1 (not logits). "
            f"Received: smallest value={p.min()}, sums from {sums.min()} to {sums.max()}"
        )
    p = p / sums
    # E KL(p(y|x) || p(y)) = H(y) - E H(y|x). As entropies it is finite even where p(y) underflows to zero.
    information = entr(p.mean(axis=0)).sum() - entr(p).sum(axis=1).mean()
    # Both bounds hold exactly for the exact value; rounding may cross them by about 1e-16.
    return float(np.clip(np.exp(information), 1.0, p.shape[1]))
