"""Jobs for the tests of `run_jobs`, in a module of their own: worker processes import it by name."""

import hashlib
import os
import time

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
    print(f"job {job}", flush=True)
    time.sleep(shared)
