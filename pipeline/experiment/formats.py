"""Numbers as tables, pages and sentences write them."""

from collections.abc import Mapping, Sequence
from typing import Any

from tfvae.evaluation.metrics import METRICS

FINE = (
    "accuracy", "agreement", "cas", "cas_ceiling", "class_agreement", "classifier_accuracy", "coverage", "density",
    "linear_probe_accuracy", "precision", "recall", "silhouette",
)  # fmt: skip
APART = 0.2  # of the mean
# Places after the point; 2 for the rest.
DIGITS = dict.fromkeys(FINE, 4) | {name: metric.decimals for name, metric in METRICS.items()}


def number(value: float, metric: str) -> str:
    """Return a value with the number of digits that its metric gets."""
    return f"{value:.{DIGITS.get(metric, 2)}f}"


def rank(candidates: Sequence[Mapping[str, Any]], name: str) -> str:
    """Return where an architecture stands in its search, as in "rank 10 of 24 by FID, 19 by TVD".

    `candidates` are those of a search's record, each with its "name", "fid" and "tvd"; equal ones share the best rank.
    """
    own = next((one for one in candidates if one["name"] == name), None)
    if own is None:
        return f"not among the {len(candidates)} candidates"
    fid, tvd = (1 + sum(one[metric] < own[metric] for one in candidates) for metric in ("fid", "tvd"))
    return f"rank {fid} of {len(candidates)} by FID, {tvd} by TVD"


def mean_and_sd(summary: Mapping[str, Any], metric: str) -> str:
    """Return "mean ± sd" of a summary with its metric's digits, or the mean alone where one seed gives no deviation."""
    return spread(summary, DIGITS.get(metric, 2))


def apart(summary: Mapping[str, Any]) -> bool:
    """Return whether seeds lie so far apart that each is told: their deviation is above a fifth of their mean."""
    return summary["sd"] is not None and summary["sd"] > APART * abs(summary["mean"])


def spread(summary: Mapping[str, Any], digits: int | None = None) -> str:
    """Return "mean ± sd", or the mean of a single seed; without `digits`, two for numbers below 10 and else one."""
    if digits is None:
        digits = 2 if summary["mean"] < 10 else 1
    deviation = "" if summary["sd"] is None else f" ± {summary['sd']:.{digits}f}"
    return f"{summary['mean']:.{digits}f}{deviation}"
