"""Modularity (Ridgeway & Mozer, 2018, section 3, https://arxiv.org/abs/1802.05312)."""

import numpy as np
from numpy.typing import ArrayLike

from tfvae.arguments import as_count
from tfvae.evaluation.disentanglement.information import binned, mutual_information
from tfvae.evaluation.disentanglement.samples import Floats, as_sample


def modularity(codes: ArrayLike, factors: ArrayLike, *, bins: int = 20) -> float:
    """Return how nearly each dimension of the code informs about one factor alone, from 0 to 1.

    With the mutual informations I of a dimension it is 1 - sum I^2 / (K - 1) / max I^2, the sum being of all factors
    but the one of the greatest; the score is the mean of all dimensions, and one without any information counts 0. It
    does not see how much a dimension informs: also meaningless codes may score high.

    Args:
        codes: (N, D), D at least 2.
        factors: integers from 0 (N, K), K at least 2, each with two values or more.
        bins: of equal width that a dimension is cut into, at least 2.

    Raises:
        Refused: if the arrays or the number are not as described.
    """
    z, values = as_sample(codes, factors)
    return modularity_of(mutual_information(binned(z, as_count(bins, "bins", minimum=2)), values))


def modularity_of(information: Floats) -> float:
    """Return the modularity of mutual informations (D, K)."""
    greatest = information.max(axis=1, keepdims=True)
    # Relative to the greatest first: squares of small ones vanish.
    relative = np.divide(information, greatest, out=np.zeros_like(information), where=greatest > 0)
    others = (relative**2).sum(axis=1) - 1
    return float(np.mean(np.where(greatest[:, 0] > 0, 1 - others / (information.shape[1] - 1), 0.0)))
