"""Summaries over seeds of metrics that are nested."""

from collections.abc import Mapping, Sequence
from typing import Any

from tfvae.evaluation.summaries import summarize


def summarize_nested(measured: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the mapping that each of `measured` is, with a summary over them in the place of each number."""
    return {
        name: summarize_nested([metrics[name] for metrics in measured])
        if isinstance(value, Mapping)
        else summarize([metrics[name] for metrics in measured])
        for name, value in measured[0].items()
    }
