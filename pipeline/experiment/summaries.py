"""Summaries over seeds of nested metrics."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.experiment.job import Outcome
from tfvae.evaluation.summaries import summarize


def summarize_nested(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a mapping like each of `metrics`, one per seed, with a summary over them in place of each number."""
    return {
        name: (summarize_nested if isinstance(value, Mapping) else summarize)([of_seed[name] for of_seed in metrics])
        for name, value in metrics[0].items()
    }


def by_model(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes of each model, in their order."""
    models: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        models.setdefault(outcome.job.model, []).append(outcome)
    return models


def summarize_runs(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return the metrics of a model, summarized over the seeds of its outcomes."""
    return summarize_nested([outcome.measured["metrics"] for outcome in outcomes])


def summarize_metrics(outcomes: Iterable[Outcome], names: Iterable[str]) -> dict[str, Any]:
    """Return {metric: summary over the seeds of the outcomes}."""
    metrics = [outcome.measured["metrics"] for outcome in outcomes]
    return {name: summarize([values[name] for values in metrics]) for name in names}
