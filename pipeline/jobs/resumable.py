"""Jobs that go on where they were interrupted, and are never done twice."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.jobs.provenance import digest, job_keys, machine
from tfvae.training.checkpoints import Checkpoints
from tfvae.training.jobs import Progress, named, run_jobs
from tfvae.training.processor import this_processor


def _folder() -> Path:
    """Return TFVAE_CHECKPOINTS, else `.checkpoints` beside dvc.yaml, of the main work tree in a copy that DVC makes."""
    return Path(os.environ.get("TFVAE_CHECKPOINTS") or Path(os.environ.get("DVC_ROOT", "")) / ".checkpoints")


# No stage's input or output. The whole study keeps less than 1 GB.
CHECKPOINTS = Checkpoints(_folder(), limit=4 * 2**30, elsewhere="let TFVAE_CHECKPOINTS name another one")


@dataclass(frozen=True)
class Round:
    """Jobs that a stage asks for at once: `function` maps each with `shared` to a result in `CHECKPOINTS`.

    Attributes:
        function: "module:name", called with (job, shared, progress).
        jobs: its first arguments, one per job.
        shared: its second argument.
        keys: of the jobs, by which their states are known.
        amounts: of work of each job, in the unit `unit`.
        label: what the jobs are, for people.
        missing: positions of the jobs without a result.
    """

    function: str
    jobs: Sequence[Any]
    shared: Any
    keys: Sequence[str]
    amounts: Sequence[float]
    unit: str
    label: str
    missing: Sequence[int]


class Pending(Exception):
    """A stage that is only planned has come to jobs without a result."""


_plan: ContextVar[list[Round] | None] = ContextVar("plan", default=None)


@contextmanager
def planning() -> Iterator[list[Round]]:
    """Give the list that the stage's rounds are added to; the first with a job missing raises `Pending`."""
    rounds: list[Round] = []
    token = _plan.set(rounds)
    try:
        yield rounds
    finally:
        _plan.reset(token)


def complete(
    function: str,
    jobs: Sequence[Any],
    shared: Any,
    *,
    kept: Callable[[Any], Any],
    keys: Sequence[str],
    amounts: Sequence[float],
    label: str,
    unit: str,
) -> list[Any]:
    """Return what `kept` returns of each job, None while its result is missing: processes then compute it.

    `function` maps (job, shared, progress) to anything, and its result to `CHECKPOINTS`; see `Round`.
    """
    results = [kept(job) for job in jobs]
    missing = [position for position, result in enumerate(results) if result is None]
    rounds = _plan.get()
    if rounds is not None:
        rounds.append(Round(function, jobs, shared, keys, amounts, unit, label, missing))
        if missing:
            raise Pending(label)
    elif missing:
        CHECKPOINTS.prune()
        works, sizes = ([values[position] for position in missing] for values in (jobs, amounts))
        run_jobs(function, works, shared, amounts=sizes, label=label, unit=unit)
        for position in missing:
            results[position] = kept(jobs[position])
            if results[position] is None:
                raise RuntimeError(f"{label}: a result has gone from {CHECKPOINTS.folder}; run the same command again")
    return results


def note_collected(keys: Sequence[str], label: str, kind: str, amounts: Sequence[float]) -> None:
    """Note that a stage has the results of its jobs of a label and a kind, "training" or "measuring".

    They may be pruned from then on, and `pipeline.jobs.times` knows what they have cost.
    """
    if _plan.get() is None:
        stage = os.environ.get("DVC_STAGE", "")
        about = {
            "stage": stage, "label": label, "kind": kind, "batch": digest(list(keys)),
            "processor": this_processor().name, "machine": machine(),
        }  # fmt: skip
        for key, amount in zip(keys, amounts, strict=True):
            CHECKPOINTS.collect(key, amount=amount, **about)


def run_resumable(
    function: str, jobs: Sequence[Any], shared: Any, *, amounts: Sequence[float], label: str, unit: str
) -> list[Any]:
    """Return [function(job, shared, progress) for job in jobs], kept in `CHECKPOINTS`."""
    keys = job_keys(function, jobs, shared)
    works = [(function, key, job, amount) for key, job, amount in zip(keys, jobs, amounts, strict=True)]

    def kept(work: tuple[str, str, Any, float]) -> Any:
        return CHECKPOINTS.kept(work[1])

    contents = complete(
        "pipeline.jobs.resumable:run", works, shared, kept=kept, keys=keys, amounts=amounts, label=label, unit=unit
    )
    note_collected(keys, label, "measuring", amounts)
    return [content["result"] for content in contents]


def run(work: tuple[str, str, Any, float], shared: Any, progress: Progress) -> None:
    """Compute one job of `run_resumable`, which is (function, key, job, amount), in a worker process."""
    function, key, job, amount = work
    CHECKPOINTS.result(key, lambda checkpoint: named(function)(job, shared, progress.with_checkpoint(checkpoint)))
    progress.finish(amount)
