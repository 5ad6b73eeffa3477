"""Rounds in, medians with their spread out."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Rates = Mapping[str, Sequence[float] | None]


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Return {"median", "low", "high", "values"}; low and high are the extremes.

    Raises:
        ValueError: if there are no values.
    """
    if not values:
        raise ValueError("A spread needs at least one value. Received: none")
    return {"median": median(values), "low": min(values), "high": max(values), "values": list(values)}


def ratios(numerator: Sequence[float], denominator: Sequence[float] | None) -> dict[str, Any] | None:
    """Return the spread of the ratios round by round, so that what slows a whole round cancels.

    Args:
        numerator: a rate per round.
        denominator: another's rate in the same rounds; None if it was not measured.

    Returns:
        See `spread`; None without a denominator.

    Raises:
        ValueError: if the numbers of rounds differ.
    """
    if denominator is None:
        return None
    return spread([above / below for above, below in zip(numerator, denominator, strict=True)])


def medians(spreads: Mapping[str, Mapping[str, Any] | None]) -> dict[str, float | None]:
    """Return the median of each spread, None where there is none."""
    return {name: None if one is None else one["median"] for name, one in spreads.items()}


def shares(images_per_second: float, flops: int, ceilings: Mapping[str, float]) -> dict[str, float]:
    """Return what a loop achieves as a share of each ceiling.

    Args:
        images_per_second: the loop's rate.
        flops: operations per image.
        ceilings: 10^9 operations per second.
    """
    return {name: images_per_second * flops / (ceiling * 1e9) for name, ceiling in ceilings.items()}
