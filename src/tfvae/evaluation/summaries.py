"""Summary of a metric over the seeds of one configuration, in the form of the study's records."""

from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike


class Summary(TypedDict):
    """Mean, standard deviation (ddof 1; None for one value), number of values, and the values in their order."""

    mean: float
    sd: float | None
    n: int
    values: list[float]


def summarize(values: ArrayLike) -> Summary:
    """Return the summary of a metric's values, one per seed, as plain Python numbers (ready for JSON).

    Args:
        values: one value per seed, (n,), n >= 1.

    Raises:
        ValueError: if there is no value, or one is not finite.
    """
    array = np.asarray(values, np.float64)
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise ValueError(f"values must be a vector of at least one finite number. Received: values={array.tolist()}")
    return {
        "mean": float(array.mean()),
        "sd": float(array.std(ddof=1)) if array.size > 1 else None,
        "n": array.size,
        "values": array.tolist(),
    }
