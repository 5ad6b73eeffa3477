"""Independent jobs side by side, one process per core."""

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import import_module
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tfvae.lifetime import end_with_parent

_IDLE_IMPORTS = ("PIL", "matplotlib", "pandas", "sklearn")
_context: dict[str, Any] = {}


def report(amount: float) -> None:
    """Tell the progress bar that `amount` more work is done; to be called by a job."""
    if "progress" in _context:
        _context["progress"](amount)


def run_jobs(function: str, jobs: Sequence[Any], shared: Any, work: float, label: str, unit: str) -> list[Any]:
    """Return [function(job, shared) for job in jobs], in this order, computed on all cores.

    Jobs keep to one core (`tfvae.training.runtime.use_one_core`), so results do not depend on how many processes
    there are. `TFVAE_WORKERS` sets their number; with a GPU it is one unless set. A single job runs in this process.

    Args:
        function: "module:name"; a string, so that this process need not import what only the jobs use.
        jobs: arguments, one per job.
        shared: passed to every job, and sent to each process once.
        work: what all jobs report together, for the progress bar.
        label: what the progress bar says.
        unit: what `work` counts.
    """
    workers = min(len(jobs), count_workers())
    with tqdm(total=work, desc=label, unit=unit, unit_scale=True, smoothing=0.1, mininterval=1.0) as bar:
        if workers <= 1:
            import_tensorflow()
            _context["progress"] = bar.update
            return [_run_one(function, job, shared) for job in jobs]
        context = multiprocessing.get_context("spawn")
        queue: SimpleQueue[float | None] = context.SimpleQueue()
        listener = threading.Thread(target=_forward, args=(queue, bar), daemon=True)
        listener.start()
        initial = (os.getpid(), queue, shared)
        with ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=initial) as pool:
            futures = {pool.submit(_run_in_worker, function, job): position for position, job in enumerate(jobs)}
            try:
                results = {futures[future]: future.result() for future in as_completed(futures)}
            finally:
                pool.shutdown(cancel_futures=True)  # after an error: what runs goes on to its end, nothing new starts
                queue.put(None)
                listener.join()
    return [results[position] for position in range(len(jobs))]


def count_workers() -> int:
    """Return how many processes train side by side: `TFVAE_WORKERS`, else one with a GPU, else one per core.

    Raises:
        ValueError: if `TFVAE_WORKERS` is not a whole number above 0.
    """
    wanted = os.environ.get("TFVAE_WORKERS")
    if wanted is not None:
        if not wanted.isdecimal() or int(wanted) < 1:
            raise ValueError(f"TFVAE_WORKERS must be a whole number above 0. Received: {wanted!r}")
        return int(wanted)
    if Path("/dev/nvidia0").exists():
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start_worker(parent: int, queue: "SimpleQueue[float | None]", shared: Any) -> None:
    end_with_parent(parent)
    import_tensorflow()
    _context.update(progress=queue.put, shared=shared)


def import_tensorflow() -> None:
    """Import TensorFlow without its start-up messages, which no setting silences, and without what it imports idly.

    Keras imports plotting and table libraries where it finds them, a third of its start-up time; jobs use none of what
    Keras does with them. They can be imported as usual afterwards.
    """
    hidden = [name for name in _IDLE_IMPORTS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None makes an import fail at once
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        import_module("tensorflow").config.list_physical_devices()
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        for name in hidden:
            del sys.modules[name]


def _run_in_worker(function: str, job: Any) -> Any:
    return _run_one(function, job, _context["shared"])


def _run_one(function: str, job: Any, shared: Any) -> Any:
    result = _resolve(function)(job, shared)
    gc.collect()  # compiled functions hold their model in a cycle: without this a worker's memory grows with each job
    return result


def _resolve(function: str) -> Any:
    module, name = function.split(":")
    return getattr(import_module(module), name)


def _forward(queue: "SimpleQueue[float | None]", bar: "tqdm[Any]") -> None:
    while (amount := queue.get()) is not None:
        bar.update(amount)
