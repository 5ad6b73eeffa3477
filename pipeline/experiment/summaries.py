"""Summaries over seeds of nested metrics."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tfvae.evaluation.summaries import summarize

if TYPE_CHECKING:
    from pipeline.experiment.running import Job, Outcome


def summarize_nested(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a mapping like each of `metrics`, one per seed, with a summary over them in place of each number."""
    return {
        name: (summarize_nested if isinstance(value, Mapping) else summarize)([of_seed[name] for of_seed in metrics])
        for name, value in metrics[0].items()
    }


def by_model(
    jobs: Sequence[tuple[str, "Job"]], outcomes: Sequence["Outcome"]
) -> dict[str, list[tuple["Job", "Outcome"]]]:
    """Return the runs of each model, its jobs with their outcomes, in the order of the jobs (model, job)."""
    models: dict[str, list[tuple[Job, Outcome]]] = {}
    for (model, job), outcome in zip(jobs, outcomes, strict=True):
        models.setdefault(model, []).append((job, outcome))
    return models


def summarize_runs(runs: Sequence[tuple["Job", "Outcome"]]) -> dict[str, Any]:
    """Return the metrics of a model, summarized over the seeds of its runs."""
    return summarize_nested([outcome.measured["metrics"] for _, outcome in runs])
