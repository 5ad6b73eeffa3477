"""Jobs that go on where they were interrupted, and are never done twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.jobs.provenance import job_keys
from tfvae.training.checkpoints import Checkpoints
from tfvae.training.jobs import run_jobs

# Beside dvc.yaml, no stage's input or output. The whole study keeps less than 1 GB.
CHECKPOINTS = Checkpoints(Path(".checkpoints"), limit=4 * 2**30)


def run_resumable(
    function: str, jobs: Sequence[Any], shared: Any, *, amounts: Sequence[float], label: str, unit: str
) -> list[Any]:
    """Return the results of `tfvae.training.jobs.run_jobs`, kept in `CHECKPOINTS`."""
    keys = job_keys(function, jobs, shared)
    return run_jobs(function, jobs, shared, amounts=amounts, label=label, unit=unit, checkpoints=CHECKPOINTS, keys=keys)
