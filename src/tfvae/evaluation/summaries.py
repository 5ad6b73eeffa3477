"""Summary of a metric over the seeds of one configuration, in the form of the study's records."""

import statistics
from typing import TypedDict

from numpy.typing import ArrayLike

from tfvae.errors import Refused
from tfvae.evaluation.features import as_numbers


class Summary(TypedDict):
    """Mean, standard deviation (ddof 1; None for one value), number of values, and the values in their order."""

    mean: float
    sd: float | None
    n: int
    values: list[float]


def summarize(values: ArrayLike) -> Summary:
    """Return the summary of a metric's values, one per seed, (n,), n >= 1, as plain Python numbers (ready for JSON).

    Mean and standard deviation are the exact ones, rounded once: equal values have that mean, and a deviation of 0.

    Raises:
        Refused: if there is no value, or one is not finite.
    """
    array = as_numbers(values, "values")
    if array.ndim != 1 or array.size == 0:
        raise Refused(f"values must be a vector of at least one number. Received: values.shape={array.shape}")
    numbers: list[float] = array.tolist()
    return {
        "mean": statistics.mean(numbers),
        "sd": statistics.stdev(numbers) if len(numbers) > 1 else None,
        "n": len(numbers),
        "values": numbers,
    }
