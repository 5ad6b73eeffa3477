"""Non-dominated candidates of a search with several objectives."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused


def pareto_front(costs: ArrayLike) -> NDArray[np.intp]:
    """Return the indices, ascending, of the candidates that no other dominates, minimising every objective.

    A candidate dominates another if it is at most as costly in every objective and cheaper in at least one. Equal
    candidates do not dominate each other, so exact ties are kept.

    Args:
        costs: one row per candidate, one column per objective, (N, M), M >= 1; infinite costs are allowed.

    Raises:
        Refused: if the shape is not (N, M), or a cost is NaN or no real number.
    """
    array = np.asarray(costs)
    if array.ndim != 2 or array.shape[1] == 0:
        raise Refused(f"costs must have the shape (candidates, objectives). Received: costs.shape={array.shape}")
    if array.dtype.kind not in "fiu":
        raise Refused(f"costs must be real numbers. Received: costs.dtype={array.dtype}")
    if np.isnan(array).any():
        raise Refused(f"costs must not be NaN. Received: NaN in the rows {np.unique(np.nonzero(np.isnan(array))[0])}")
    dominated = [bool(((array <= row).all(axis=1) & (array < row).any(axis=1)).any()) for row in array]
    return np.flatnonzero(~np.array(dominated, dtype=bool))
