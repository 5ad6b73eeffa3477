"""Jobs for the tests of `run_jobs`, in a module of their own: worker processes import it by name."""

import hashlib
import os
import signal
import time
from pathlib import Path

import numpy as np


class Refused(Exception):
    """An error of the jobs' own."""


def digest(job, shared, progress):
    """Return (job, hash of its numbers, process); the first jobs take longest, so they do not finish in order."""
    time.sleep(0.3 * max(0, 3 - job))
    numbers = np.sin(np.random.default_rng(job).normal(size=shared["shape"])).cumsum()
    progress.report(2)
    progress.report(0.5)
    return job, hashlib.sha256(numbers.tobytes()).hexdigest(), os.getpid()


def refuse(job, shared, progress):
    """Fail at one of the jobs."""
    if job == shared:
        raise Refused(f"job {job} cannot be done")
    return job


def announce_and_sleep(job, shared, progress):
    """Say that the job runs, and run on."""
    os.write(1, f"job {job}\n".encode())  # whole: `print` lets another process write before the end of its line
    time.sleep(shared)


def add_up(job, shared, progress):
    """Add up so many random numbers, keeping the sum after each; note what is added, and die where a trap is set.

    Args:
        job: {"seed": ..., "count": ...}.
        shared: a folder; for the file "kill SEED POSITION" in it the process kills itself, once; while the file
            "wait SEED POSITION" is there, it waits.
        progress: see `tfvae.training.jobs.Progress`.
    """
    folder = Path(shared)
    state = progress.resume() or {"position": 0, "total": np.zeros(2)}
    total = state["total"]
    for position in range(state["position"], job["count"]):
        with (folder / "log").open("a", encoding="utf-8") as log:
            log.write(f"{job['seed']} {position}\n")
        trap = folder / f"kill {job['seed']} {position}"
        if trap.exists():
            trap.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        while (folder / f"wait {job['seed']} {position}").exists():
            time.sleep(0.1)
        total = total + np.random.default_rng([job["seed"], position]).normal(size=2)
        progress.keep({"position": position + 1, "total": total})
        progress.report(1)
    return {"total": total, "steps": (job["count"], "steps")}


def give(job, shared, progress):
    """Return what is asked for."""
    return shared[job]
