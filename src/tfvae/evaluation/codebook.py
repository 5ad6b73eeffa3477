"""Use of the codebook by a vector-quantised model."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused


def perplexity(codes: ArrayLike, num_codes: int) -> float:
    """Return exp(-sum_k p_k log p_k) of the codes' frequencies p: how many equally used codes would be as uncertain.

    Computed over a whole set: the mean over batches would be smaller.

    Args:
        codes: integers from 0 to num_codes - 1, of any shape, at least one.
        num_codes: size K of the codebook.

    Returns:
        A number from 1 (one code alone) to K (all equally often).

    Raises:
        Refused: if there is no code, or one is no integer in the range.
    """
    counts = code_counts(codes, num_codes)
    shares = counts[counts > 0] / counts.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))


def dead_codes(codes: ArrayLike, num_codes: int) -> int:
    """Return how many of the codebook's codes never occur; arguments and errors as of `perplexity`."""
    return int(np.count_nonzero(code_counts(codes, num_codes) == 0))


def code_counts(codes: ArrayLike, num_codes: int) -> NDArray[np.int64]:
    """Return how often each code occurs, (K,); arguments and errors as of `perplexity`."""
    flat = np.asarray(codes).ravel()
    if flat.size == 0 or flat.dtype.kind not in "iu" or flat.min() < 0 or flat.max() >= num_codes:
        raise Refused(
            f"codes must be integers from 0 to {num_codes - 1}, at least one. "
            f"Received: {flat.size} of {flat.dtype}" + (f", {flat.min()} to {flat.max()}" if flat.size else "")
        )
    return np.bincount(flat.astype(np.int64), minlength=num_codes).astype(np.int64)
