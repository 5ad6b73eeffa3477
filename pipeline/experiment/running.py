"""Train models and measure them: two functions with a key each, so that a new metric trains nothing.

A training's key covers its function, its job and its data. A model in its job's folder with that key is used as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.models import restored
from pipeline.jobs.provenance import digest, job_keys, machine
from pipeline.jobs.resumable import CHECKPOINTS, complete, note_collected
from pipeline.jobs.terminal import say
from tfvae.training.jobs import Progress, named


class Functions(NamedTuple):
    """The functions "module:name" that `train` and `measure` a model.

    `train` maps (training, data, progress) to {"weights": {part: arrays}, "history": {part: rows}, ...}, `measure`
    (measuring, that result, yardstick) to anything that a checkpoint can hold.
    """

    train: str
    measure: str


@dataclass(frozen=True)
class Work:
    """A job, the keys of its training and its measuring, and the trained model if an earlier run left it."""

    job: Job
    training_key: str
    measuring_key: str
    restored: dict[str, Any] | None

    def trained(self) -> dict[str, Any] | None:
        """Return the trained model if it is there."""
        content = None if self.restored else CHECKPOINTS.kept(self.training_key)
        return content["result"] if content else self.restored

    def key_of(self, trained: dict[str, Any]) -> str:
        """Return the key of measuring a trained model."""
        return digest([self.measuring_key, digest(trained)])

    def kept(self) -> tuple[dict[str, Any], Any] | None:
        """Return the trained model and what was measured of it, if both are there."""
        trained = self.trained()
        measured = CHECKPOINTS.kept(self.key_of(trained)) if trained is not None else None
        return (trained, measured["result"]) if trained is not None and measured is not None else None


def train_and_measure(
    functions: Functions, jobs: Sequence[Job], data: Any, yardstick: Any, *, label: str
) -> list[Outcome]:
    """Return the outcome of each job; processes train the missing models, and the terminal shows `label`."""
    trainings = [job.training for job in jobs]
    keys = job_keys(functions.train, trainings, data, anywhere=True)
    here = [digest([key, *machine()]) for key in keys]
    measuring_keys = job_keys(functions.measure, [job.measuring for job in jobs], yardstick)
    works = [
        Work(job, training_key, measuring_key, restored(job.folder, key) if job.folder else None)
        for job, key, training_key, measuring_key in zip(jobs, keys, here, measuring_keys, strict=True)
    ]
    trained = [work.trained() for work in works]
    untrained = trained.count(None)
    # What is trained already is only measured, which a bar of training steps counts as one.
    keys_of_missing = [
        key if one is None else work.key_of(one) for key, work, one in zip(here, works, trained, strict=True)
    ]
    amounts = [work.job.training.steps if one is None else 1 for work, one in zip(works, trained, strict=True)]
    results = complete(
        "pipeline.experiment.running:run", works, (functions, data, yardstick),
        kept=Work.kept, keys=keys_of_missing, amounts=amounts, label=label, unit="step",
    )  # fmt: skip
    note_collected(here, label, "training", [job.training.steps for job in jobs])
    measured = [work.key_of(result[0]) for work, result in zip(works, results, strict=True)]
    note_collected(measured, label, "measuring", [1.0] * len(measured))
    say(f"{label}: {untrained} trained, {len(works) - untrained} already there")
    return [Outcome(job, key, *result) for job, key, result in zip(jobs, keys, results, strict=True)]


def run(work: Work, shared: tuple[Functions, Any, Any], progress: Progress) -> None:
    """Train and measure one model in a worker process, each only where its result is not kept yet.

    Shared are the functions, the data and the yardstick.
    """
    (functions, data, yardstick), job = shared, work.job
    train, measure = named(functions.train), named(functions.measure)
    trained = work.trained()
    amount = job.training.steps if trained is None else 1
    if trained is None:
        trained = CHECKPOINTS.result(
            work.training_key,
            lambda checkpoint: train(job.training, data, progress.with_checkpoint(checkpoint)),
        )
    progress.finish(amount)
    CHECKPOINTS.result(work.key_of(trained), lambda _: measure(job.measuring, trained, yardstick))
