"""Use of the codebook by a vector-quantised model."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.evaluation.total_variation import class_counts


def perplexity(codes: ArrayLike, num_codes: int) -> float:
    """Return exp(-sum_k p_k log p_k) of the codes' frequencies p: how many equally used codes would be as uncertain.

    Computed over a whole set: the mean over batches would be smaller. From 1 (one code alone) to K (all equally often).

    Raises:
        Refused: if there is no code, in whatever shape, or one is no integer from 0 to num_codes - 1.
    """
    counts = code_counts(codes, num_codes)
    shares = counts[counts > 0] / counts.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))


def dead_codes(codes: ArrayLike, num_codes: int) -> int:
    """Return how many of the codebook's codes never occur; arguments and errors as of `perplexity`."""
    return int(np.count_nonzero(code_counts(codes, num_codes) == 0))


def code_counts(codes: ArrayLike, num_codes: int) -> NDArray[np.int64]:
    """Return how often each code occurs, (K,); arguments and errors as of `perplexity`."""
    return class_counts(np.ravel(codes), num_codes, "codes")
