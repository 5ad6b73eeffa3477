"""One configuration of the study, trained on several seeds: the beta-VAE and the stick-breaking VAE."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.experiment.configuration import cooldown
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import FINAL_METRICS, Measuring
from pipeline.experiment.models import write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.summaries import summarize_metrics
from pipeline.experiment.training import Training, TrainingData
from pipeline.experiment.yardstick import Yardstick

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.experiment.measuring:measure")


def train_configuration(
    configuration: Mapping[str, Any],
    schedule: Mapping[str, Any],
    settings: Any,
    yardstick: Yardstick,
    models: Path,
    label: str,
) -> list[Outcome]:
    """Train a configuration on each of the settings' seeds, the first with pictures; write the models."""
    jobs: list[Job] = []
    schedule = {**schedule, "cooldown": cooldown(settings.steps, settings.cooldown_share)}
    for seed in settings.seeds:
        training = Training(configuration, schedule, seed, settings.steps, settings.periods, settings.period_images)
        jobs.append(Job(training, Measuring(training, settings.images, pictures=not jobs), models / f"seed-{seed}"))
    outcomes = train_seeds(jobs, yardstick, label)
    write_models(models, outcomes)
    return outcomes


def train_seeds(jobs: Sequence[Job], yardstick: Yardstick, label: str) -> list[Outcome]:
    """Return the outcome of each seed."""
    data = TrainingData(yardstick.x_train, yardstick.classifier)
    return train_and_measure(FUNCTIONS, jobs, data, yardstick, label=label)


def write_figure_data(folder: Path, outcomes: Sequence[Outcome]) -> None:
    """Write what figures show of a configuration: the history of each seed, in one table, and pictures of the first.

    It lies apart from the weights, so that Git can keep it and figures need no model.
    """
    import pandas as pd

    histories = [
        pd.DataFrame(outcome.measured["history"][""]).assign(seed=outcome.job.training.seed) for outcome in outcomes
    ]
    history, samples = files.csv_bytes(pd.concat(histories)), files.npz_bytes(outcomes[0].measured["pictures"])
    files.write_folder(folder, {"history.csv": history, "samples.npz": samples})


def experiment_record(outcomes: Sequence[Outcome], dataset: str, architecture: str, **head: Any) -> dict[str, Any]:
    """Return the record of a configuration: its description, `head`, and its metrics summarized over the seeds."""
    summaries = summarize_metrics(outcomes, FINAL_METRICS)
    return {"dataset": dataset, **described(outcomes, architecture), **head, **summaries}


def described(outcomes: Sequence[Outcome], architecture: str) -> dict[str, Any]:
    """Return the description of a configuration: its model, its training, and its seeds."""
    first: Training = outcomes[0].job.training
    return {
        "network": first.configuration["network"],
        "architecture": architecture,
        "posterior": first.configuration["posterior"]["name"],
        "likelihood": first.configuration["likelihood"],
        "beta": first.schedule["beta"],
        "steps": first.steps,
        "batch_size": first.schedule["batch_size"],
        "learning_rate": first.schedule["learning_rate"],
        "precision": first.configuration["precision"],
        "seeds": [outcome.job.training.seed for outcome in outcomes],
    }
