"""Independent jobs side by side, one process per core."""

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from multiprocessing.synchronize import Lock
from typing import Any, cast

from tqdm import tqdm

from tfvae.errors import Refused
from tfvae.lifetime import end_with_parent
from tfvae.training.checkpoints import Checkpoint, Checkpoints
from tfvae.training.guard import refuse_without_guard
from tfvae.training.packing import pack, unpack
from tfvae.training.processor import has_gpu
from tfvae.training.quiet_import import import_tensorflow

_POLL_SECONDS = 0.5


class Progress:
    """Progress of a running job: `tell` is called with the amount of work done, `checkpoint` keeps the state."""

    def __init__(self, tell: Callable[[float], None], checkpoint: Checkpoint | None = None) -> None:
        self._tell, self._checkpoint, self._done = tell, checkpoint, 0.0

    def report(self, amount: float) -> None:
        """Add `amount` to the work done."""
        self._done += amount
        self._tell(self._done)

    def resume(self) -> Any:
        """Return the last state of an earlier run of this job that was interrupted; None if there is none."""
        content = None if self._checkpoint is None else self._checkpoint.read()
        return None if content is None else content["state"]

    def finish(self, amount: float) -> None:
        """Say that the work of `amount` in all is done."""
        self._tell(amount)

    def with_checkpoint(self, checkpoint: Checkpoint) -> "Progress":
        """Return the progress of the same job, which keeps its state in `checkpoint`."""
        return Progress(self._tell, checkpoint)

    def keep(self, state: Any) -> None:
        """Store the state to resume from: nested dicts, lists and tuples of plain values and arrays."""
        if self._checkpoint is not None:
            self._checkpoint.write({"state": state})


@dataclass(frozen=True)
class _Jobs:
    """All jobs, as every process receives them."""

    function: str
    jobs: Sequence[Any]
    shared: Any
    amounts: Sequence[float]
    checkpoints: Checkpoints | None
    keys: Sequence[str]


def run_jobs(
    function: str,
    jobs: Sequence[Any],
    shared: Any,
    *,
    amounts: Sequence[float],
    label: str,
    unit: str,
    checkpoints: Checkpoints | None = None,
    keys: Sequence[str] = (),
) -> list[Any]:
    """Return [function(job, shared, progress) for job in jobs], in this order, computed on all cores.

    Jobs keep to one core (`tfvae.training.runtime.use_one_core`), so results do not depend on how many processes
    there are. `TFVAE_WORKERS` sets their number; with a GPU it is one unless set. A single job runs in this process.

    A script calls this under `if __name__ == "__main__":`, because each process imports the script again.

    With `checkpoints`, the result of a job is stored under its key and never computed twice, and an interrupted job
    resumes from its last state (`Progress.keep`).

    Args:
        function: "module:name"; a string, so that this process need not import what only the jobs use. Its result
            consists of nested dicts, lists and tuples (returned as lists) of plain values and arrays.
        jobs: arguments, one per job.
        shared: passed to every job, and sent to each process once.
        amounts: of work of each job, for the progress bar.
        label: of the bar.
        unit: of the amounts.
        checkpoints: for results; None: none are stored.
        keys: one per job, with checkpoints: a digest of everything that determines the result, in hexadecimal digits.

    Raises:
        RuntimeError: if a process was killed.
        Refused: if `TFVAE_WORKERS` is not a whole number above 0, or a script calls this without that guard.
    """
    workers = min(len(jobs), count_workers())
    if workers > 1:
        refuse_without_guard("run_jobs")
    if checkpoints is not None:
        checkpoints.prune()
    everything = _Jobs(function, jobs, shared, amounts, checkpoints, keys)
    context = multiprocessing.get_context("spawn")
    # Plain memory that processes share: a queue would have a lock, which a killed process never gives back.
    done = context.RawArray("d", max(len(jobs), 1))
    with (
        tqdm(total=sum(amounts), desc=label, unit=unit, unit_scale=True, smoothing=0.1, mininterval=1.0) as bar,
        _followed(done, bar),
    ):
        if workers > 1:
            # Through a pipe of its own, from a thread: writing the arguments of a new process, as Python does, would
            # block this one for ever if the new one were killed before it had read all of them.
            receiving, sending = context.Pipe(duplex=False)
            # Pickled here: an error in the thread would leave the workers waiting.
            content = bytes(ForkingPickler.dumps(everything))
            threading.Thread(target=_send, args=(sending, content, workers), daemon=True).start()
            given = (os.getpid(), receiving, context.Lock(), done)
            with ProcessPoolExecutor(workers, context, _start_worker, given) as pool:
                return _collected(pool, len(jobs))
        import_tensorflow()
        return [_run_one(everything, number, done) for number in range(len(jobs))]


def count_workers() -> int:
    """Return the number of processes side by side: `TFVAE_WORKERS`, else one with a GPU, else one per core.

    Raises:
        Refused: if `TFVAE_WORKERS` is not a whole number above 0.
    """
    wanted = os.environ.get("TFVAE_WORKERS")
    if wanted is not None:
        if not wanted.isdecimal() or int(wanted) < 1:
            raise Refused(f"TFVAE_WORKERS must be a whole number above 0. Received: {wanted!r}")
        return int(wanted)
    if has_gpu():
        return 1
    from joblib import cpu_count  # knows a container's share of the processor; slow to import

    return int(cpu_count())


def _collected(pool: ProcessPoolExecutor, count: int) -> list[Any]:
    futures = {pool.submit(_run_in_worker, number): number for number in range(count)}
    results: list[Any] = [None] * count
    try:
        for future in as_completed(futures):
            results[futures[future]] = future.result()
    except BrokenProcessPool as error:
        raise RuntimeError("A process that was training was killed, perhaps for want of memory") from error
    finally:
        pool.shutdown(cancel_futures=True)  # after an error: running jobs end, and none starts
    return results


@contextmanager
def _followed(done: Sequence[float], bar: "tqdm[Any]") -> Iterator[None]:
    """Update the bar while the jobs run, and once more at the end."""
    ended = threading.Event()

    def follow() -> None:
        while not ended.wait(_POLL_SECONDS):
            bar.update(sum(done) - bar.n)

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
    finally:
        ended.set()
        follower.join()
        bar.update(sum(done) - bar.n)


_worker: dict[str, Any] = {}


def _send(sending: Connection, content: bytes, workers: int) -> None:
    for _ in range(workers):
        sending.send_bytes(content)


def _start_worker(parent: int, receiving: Connection, one_at_a_time: Lock, done: MutableSequence[float]) -> None:
    end_with_parent(parent)
    with one_at_a_time:
        everything = receiving.recv()
    with suppress(Refused):  # an error here would break the pool; the first job that needs it says the same
        import_tensorflow()
    _worker.update(everything=everything, done=done)


def _run_in_worker(number: int) -> Any:
    return _run_one(_worker["everything"], number, _worker["done"])


def _run_one(everything: _Jobs, number: int, done: MutableSequence[float]) -> Any:
    def tell(amount: float) -> None:
        done[number] = amount

    def compute(checkpoint: Checkpoint | None) -> Any:
        function = named(everything.function)
        result = function(everything.jobs[number], everything.shared, Progress(tell, checkpoint))
        gc.collect()  # compiled functions hold their model in a cycle: without this a worker's memory grows
        return result

    if everything.checkpoints is None:
        return unpack(pack(compute(None)))
    result = everything.checkpoints.result(everything.keys[number], compute)
    tell(everything.amounts[number])
    return result


def named(function: str) -> Callable[..., Any]:
    """Return the function "module:name"."""
    module, name = function.split(":")
    return cast(Callable[..., Any], getattr(import_module(module), name))
