"""One configuration of the study, trained on several seeds: the beta-VAE and the stick-breaking VAE."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.models import describe, model_files, summarize_metrics
from pipeline.experiment.running import Functions, Job, Outcome, train_and_measure
from pipeline.experiment.training import Training, TrainingData
from pipeline.experiment.yardstick import Yardstick

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.experiment.measuring:measure")


def seeded_jobs(
    configuration: Mapping[str, Any], schedule: Mapping[str, Any], settings: Any, models: Path
) -> list[Job]:
    """Return a job for each of the settings' seeds, with a folder each in `models`; pictures are taken of the first."""
    jobs: list[Job] = []
    for seed in settings.seeds:
        training = Training(configuration, schedule, seed, settings.steps, settings.periods, settings.period_images)
        measuring = Measuring(training, settings.images, pictures=not jobs)
        jobs.append(Job(training, measuring, training.steps, models / f"seed-{seed}"))
    return jobs


def train_seeds(jobs: Sequence[Job], yardstick: Yardstick, label: str) -> list[Outcome]:
    """Return the outcome of each seed."""
    data = TrainingData(yardstick.x_train, yardstick.classifier)
    return train_and_measure(FUNCTIONS, jobs, data, yardstick, label=label)


def experiment_files(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    """Return the files of the trained models: a folder for each seed, and pictures of the first."""
    contents = {"samples.npz": files.npz_bytes(outcomes[0].measured["pictures"])}
    for job, outcome in zip(jobs, outcomes, strict=True):
        histories = {"": outcome.measured["history"]}
        contents |= model_files(f"seed-{job.training.seed}", outcome, job.training.configurations, histories)
    return contents


def experiment_record(
    jobs: Sequence[Job], outcomes: Sequence[Outcome], dataset: str, architecture: str, **head: Any
) -> dict[str, Any]:
    """Return the record of a configuration: what it is, `head`, and its metrics summarized over the seeds."""
    described = describe([job.training for job in jobs], dataset, architecture)
    return {**described, **head, **summarize_metrics([outcome.measured for outcome in outcomes])}
