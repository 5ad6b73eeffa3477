"""What is kept of experiments: a record of the configuration, and a directory for each trained model."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.experiment.measuring import FINAL_METRICS
from pipeline.experiment.running import Experiment
from tfvae.evaluation.summaries import summarize


def describe(experiments: Sequence[Experiment], dataset: str, architecture: str) -> dict[str, Any]:
    """Return the head of a configuration's record."""
    first = experiments[0]
    return {
        "dataset": dataset,
        "network": first.configuration["network"],
        "architecture": architecture,
        "posterior": first.configuration["posterior"]["name"],
        "likelihood": first.configuration["likelihood"],
        "beta": first.schedule["beta"],
        "steps": first.steps,
        "batch_size": first.schedule["batch_size"],
        "learning_rate": first.schedule["learning_rate"],
        "precision": first.configuration["precision"],
        "seeds": [experiment.seed for experiment in experiments],
    }


def summarize_metrics(results: Iterable[Mapping[str, Any]], names: Sequence[str] = FINAL_METRICS) -> dict[str, Any]:
    """Return {metric: summary over seeds} of results' final metrics."""
    measured = [result["metrics"] for result in results]
    return {name: summarize([metrics[name] for metrics in measured]) for name in names}


def save_runs(folder: Path, experiments: Sequence[Experiment], results: Sequence[Mapping[str, Any]]) -> None:
    """Write one directory per trained model below `folder`, and the pictures of the first."""
    import pandas as pd

    for experiment, result in zip(experiments, results, strict=True):
        directory = folder / f"seed-{experiment.seed}"
        files.write_weights(directory / "weights.npz", result["weights"])
        files.write_json(directory / "config.json", dict(experiment.configuration))
        files.write_csv(directory / "history.csv", pd.DataFrame(result["history"]))
    if "samples" in results[0]:
        files.write_npz(folder / "samples.npz", results[0]["samples"])
