"""Summaries over seeds of nested metrics."""

from collections.abc import Mapping, Sequence
from typing import Any

from tfvae.evaluation.summaries import summarize


def summarize_nested(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a mapping like each of `metrics`, one per seed, with a summary over them in place of each number."""
    return {
        name: (summarize_nested if isinstance(value, Mapping) else summarize)([of_seed[name] for of_seed in metrics])
        for name, value in metrics[0].items()
    }
