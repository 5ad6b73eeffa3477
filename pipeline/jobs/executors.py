"""Where the jobs of a study run: on the cores of this machine, on a Dask cluster, or on Slurm."""

import ast
import gc
import hashlib
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Callable, MutableSequence, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from pipeline.jobs.closure import ROOT
from pipeline.jobs.meaning import meaning
from pipeline.jobs.provenance import machine
from pipeline.jobs.resumable import CHECKPOINTS, Round
from tfvae.atomic import replace_file
from tfvae.errors import Refused
from tfvae.lifetime import end_with_parent
from tfvae.training.jobs import Progress, count_workers, named
from tfvae.training.quiet_import import import_tensorflow

_MOST_JOBS = 100_000  # of one run
_OLD = 7 * 24 * 3600  # seconds


class Executor(Protocol):
    """Starts jobs, whose results are in `CHECKPOINTS` when their futures are done."""

    def cores(self) -> int:
        """Return how many jobs run side by side."""

    def start(self, jobs: Round) -> dict[int, Any]:
        """Start the missing jobs of a round, the longest first, and return {position: future}; it has `done()`."""

    def finish(self, future: Any) -> None:
        """See that the result of a job that is done is in `CHECKPOINTS`.

        Raises:
            RuntimeError: if its process was killed.
            Exception: the job's own error.
        """

    def amount(self, future: Any) -> float:
        """Return the amount of work that a running job has done, 0 where it is not known."""

    def close(self) -> None:
        """End what runs."""


def longest_first(jobs: Round) -> list[int]:
    """Return the positions of a round's missing jobs in the order in which they should start."""
    return sorted(jobs.missing, key=lambda position: -jobs.amounts[position])


def description() -> tuple[str, ...]:
    """Return what two machines must share to give the same bytes: code as it is now, versions, processor, settings."""
    paths = sorted(path for part in ("pipeline", "src") for path in (ROOT / part).rglob("*.py"))
    return (f"code {_code(tuple((path, path.stat().st_mtime_ns) for path in paths))}", *machine())


@lru_cache(maxsize=1)
def _code(files: tuple[tuple[Path, int], ...]) -> str:
    """Return the digest of what files mean; their times say whether they have been changed."""
    digests = (f"{path.relative_to(ROOT).as_posix()} {meaning(ast.parse(path.read_bytes()))[0]}" for path, _ in files)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]


class Differs(Refused):
    """A machine is not as the one that gives it work."""

    worker = ""  # its address in a cluster


def perform(function: str, job: Any, shared: Any, expected: Sequence[str], tell: Callable[[float], None]) -> None:
    """Compute one job in this process.

    Raises:
        Differs: if this machine is not as `expected`, the `description` of the one that asks.
    """
    if differences := sorted({*description()} ^ {*expected}):
        raise Differs(
            "a worker differs from the process that gives it work, or its code has been changed since: "
            f"{'; '.join(differences)}. Run the same command again; what was reached is kept."
        )
    named(function)(job, shared, Progress(tell))
    gc.collect()  # compiled functions hold their model in a cycle: without this a worker's memory grows


class Local:
    """The cores of this machine, with a process each that lives as long as the run.

    Raises:
        Refused: if `TFVAE_WORKERS` is not a whole number above 0.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._cores, self._count, self._description = count_workers(), 0, description()
        self._done = context.RawArray("d", _MOST_JOBS)  # no lock that a killed process could keep
        given = (os.getpid(), self._done)
        self._pool = ProcessPoolExecutor(self._cores, context, _start_worker, given)
        self._shared: set[Path] = set()

    def cores(self) -> int:
        """Return how many jobs run side by side."""
        return self._cores

    def start(self, jobs: Round) -> dict[int, Future[None]]:
        """Start the missing jobs of a round; see `Executor`."""
        shared, futures = write_shared(jobs.shared), {}
        self._shared.add(shared)
        for position in longest_first(jobs):
            task = (jobs.function, jobs.jobs[position], shared, self._description, self._count)
            futures[position] = self._pool.submit(_perform_here, *task)
            futures[position].number = self._count  # type: ignore[attr-defined]
            self._count += 1
        return futures

    def finish(self, future: Any) -> None:
        """Raise the error of a job that is done, if it has one."""
        try:
            future.result()
        except BrokenExecutor as error:
            raise RuntimeError("A process that was training was killed, perhaps for want of memory") from error

    def amount(self, future: Any) -> float:
        """Return the amount of work that a running job has done."""
        return float(self._done[future.number])

    def close(self) -> None:
        """Start no further job, and end those that run: what they have reached is kept."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        for path in self._shared:
            path.unlink(missing_ok=True)


def write_shared(shared: Any) -> Path:
    """Return a file with the data that jobs share, which only this project's own processes may read: it is a pickle."""
    content, folder = pickle.dumps(shared), CHECKPOINTS.folder.absolute()
    path = folder / f"{hashlib.sha256(content).hexdigest()}-{uuid4().hex}.shared"  # each run removes its own
    with CHECKPOINTS.writing(path):
        for left in folder.glob("*.shared"):
            if time.time() - left.stat().st_mtime > _OLD:  # of a run that was killed
                left.unlink(missing_ok=True)
        replace_file(path, content)
    return path


@lru_cache(maxsize=2)
def read_shared(path: Path) -> Any:
    """Return what `write_shared` has written.

    Raises:
        ValueError: if it is something else, which is not unpickled.
    """
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != path.stem.partition("-")[0]:
        raise ValueError(f"{path} is not what was written there")
    return pickle.loads(content)


_worker: dict[str, Any] = {}


def _start_worker(parent: int, done: MutableSequence[float]) -> None:
    end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it
    with suppress(Refused):  # an error here would break the pool; the first job that needs it says the same
        import_tensorflow()
    _worker["done"] = done


def _perform_here(function: str, job: Any, shared: Path, expected: Sequence[str], number: int) -> None:
    def tell(amount: float) -> None:
        _worker["done"][number] = amount

    perform(function, job, read_shared(shared), expected, tell)
