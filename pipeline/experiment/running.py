"""Train models and measure them: two functions with a key each, so that a new metric trains nothing.

A training's key covers its function, its job and its data. A model that an earlier run left in its folder, or DVC has
restored there, is taken as it is where its key is the one that is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.experiment.models import restored
from pipeline.jobs.provenance import digest, job_keys, machine
from pipeline.jobs.resumable import CHECKPOINTS
from tfvae.training.jobs import Progress, named, run_jobs


@dataclass(frozen=True)
class Functions:
    """The two functions, each "module:name".

    Args:
        train: (training, data, progress) -> {"weights": {part: arrays}, "history": {part: rows}, ...}.
        measure: (measuring, what `train` returned, yardstick) -> anything that a checkpoint can hold.
    """

    train: str
    measure: str


@dataclass(frozen=True)
class Job:
    """One model.

    Args:
        training: what `train` is given.
        measuring: what `measure` is given beside the result of the training.
        steps: of the training, for the progress bar.
        folder: where the trained model lies, if an earlier run has left it; None: nowhere.
    """

    training: Any
    measuring: Any
    steps: int
    folder: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of one job: the training's key and result, what was measured, and whether it was trained just now."""

    key: str
    trained: dict[str, Any]
    measured: Any
    is_new: bool


@dataclass(frozen=True)
class _Work:
    """A job with the keys of its two functions, and the trained model if it is there already."""

    job: Job
    training_key: str
    measuring_key: str
    trained: dict[str, Any] | None


@dataclass(frozen=True)
class _Shared:
    functions: Functions
    data: Any
    yardstick: Any


def train_and_measure(
    functions: Functions, jobs: Sequence[Job], data: Any, yardstick: Any, *, label: str
) -> list[Outcome]:
    """Return the outcome of each job; models are trained side by side, and none that exists is trained again.

    Args:
        functions: what trains and what measures.
        jobs: the models.
        data: what all trainings share.
        yardstick: what all measurements share.
        label: names the jobs on the terminal.
    """
    train = functions.train
    keys = job_keys(train, [job.training for job in jobs], data, anywhere=True)
    measuring_keys = job_keys(functions.measure, [job.measuring for job in jobs], yardstick)
    works = [
        _Work(job, digest([key, *machine()]), measuring_key, restored(job.folder, key) if job.folder else None)
        for job, key, measuring_key in zip(jobs, keys, measuring_keys, strict=True)
    ]
    CHECKPOINTS.prune()
    results = run_jobs(
        "pipeline.experiment.running:run",
        works,
        _Shared(functions, data, yardstick),
        amounts=[job.steps for job in jobs],
        label=label,
        unit="step",
    )
    outcomes = [Outcome(key, **result) for key, result in zip(keys, results, strict=True)]
    new = sum(outcome.is_new for outcome in outcomes)
    print(f"{label}: {new} trained, {len(outcomes) - new} already there", flush=True)
    return outcomes


def run(work: _Work, shared: _Shared, progress: Progress) -> dict[str, Any]:
    """Train and measure one model in a worker process, each only where its result is not kept yet."""
    train, measure = named(shared.functions.train), named(shared.functions.measure)
    computed: list[bool] = []

    def trained_now(checkpoint: Any) -> Any:
        computed.append(True)
        return train(work.job.training, shared.data, progress.with_checkpoint(checkpoint))

    trained = work.trained or CHECKPOINTS.result(work.training_key, trained_now)
    progress.finish(work.job.steps)
    key = digest([work.measuring_key, digest(trained)])
    measured = CHECKPOINTS.result(key, lambda _: measure(work.job.measuring, trained, shared.yardstick))
    return {"trained": trained, "measured": measured, "is_new": bool(computed)}
