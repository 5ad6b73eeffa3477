"""How a summary over seeds is written in sentences."""

from collections.abc import Mapping
from typing import Any


def spread(summary: Mapping[str, Any], digits: int | None = None) -> str:
    """Return "mean ± sd", or the mean of a single seed; without `digits`, two for numbers below 10 and else one."""
    if digits is None:
        digits = 2 if summary["mean"] < 10 else 1
    deviation = "" if summary["sd"] is None else f" ± {summary['sd']:.{digits}f}"
    return f"{summary['mean']:.{digits}f}{deviation}"
