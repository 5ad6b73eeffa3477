"""Train models and measure them: two functions with a key each, so that a new metric trains nothing.

A training's key covers its function, its job and its data. A model in its job's folder with that key is used as it is.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.models import restored
from pipeline.jobs.provenance import digest, job_keys, machine
from pipeline.jobs.resumable import CHECKPOINTS
from tfvae.training.jobs import Progress, named, run_jobs


class Functions(NamedTuple):
    """The functions "module:name" that `train` and `measure` a model.

    `train` maps (training, data, progress) to {"weights": {part: arrays}, "history": {part: rows}, ...}, `measure`
    (measuring, that result, yardstick) to anything that a checkpoint can hold.
    """

    train: str
    measure: str


def train_and_measure(
    functions: Functions, jobs: Sequence[Job], data: Any, yardstick: Any, *, label: str
) -> list[Outcome]:
    """Return the outcome of each job; processes train the missing models, and the terminal shows `label`."""
    trainings = [job.training for job in jobs]
    keys = job_keys(functions.train, trainings, data, anywhere=True)
    measuring_keys = job_keys(functions.measure, [job.measuring for job in jobs], yardstick)
    works = [
        (job, digest([key, *machine()]), measuring_key, restored(job.folder, key) if job.folder else None)
        for job, key, measuring_key in zip(jobs, keys, measuring_keys, strict=True)
    ]
    CHECKPOINTS.prune()
    shared = (functions, data, yardstick)
    amounts = [job.training.steps for job in jobs]
    results = run_jobs("pipeline.experiment.running:run", works, shared, amounts=amounts, label=label, unit="step")
    outcomes = [Outcome(job, key, *result) for job, key, result in zip(jobs, keys, results, strict=True)]
    new = sum(outcome.is_new for outcome in outcomes)
    print(f"{label}: {new} trained, {len(outcomes) - new} already there", flush=True)
    return outcomes


def run(
    work: tuple[Job, str, str, dict[str, Any] | None], shared: tuple[Functions, Any, Any], progress: Progress
) -> tuple[dict[str, Any], Any, bool]:
    """Train and measure one model in a worker process, each only where its result is not kept yet.

    The work is the job, the keys of its training and its measuring, and the trained model if it is there already;
    shared are the functions, the data and the yardstick. The values returned are those of `Outcome` after its key.
    """
    (job, training_key, measuring_key, trained), (functions, data, yardstick) = work, shared
    train, measure = named(functions.train), named(functions.measure)
    is_new = False

    def trained_now(checkpoint: Any) -> Any:
        nonlocal is_new
        is_new = True
        return train(job.training, data, progress.with_checkpoint(checkpoint))

    if trained is None:
        trained = CHECKPOINTS.result(training_key, trained_now)
    progress.finish(job.training.steps)
    key = digest([measuring_key, digest(trained)])
    return trained, CHECKPOINTS.result(key, lambda _: measure(job.measuring, trained, yardstick)), is_new
