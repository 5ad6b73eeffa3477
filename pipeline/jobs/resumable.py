"""Jobs that go on where they were interrupted, and are never done twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.jobs.provenance import job_keys
from tfvae.training.checkpoints import Checkpoints
from tfvae.training.jobs import run_jobs

FOLDER = Path(".checkpoints")  # beside dvc.yaml; no stage's input or output
LIMIT = 4 * 2**30  # bytes; the whole study keeps less than 1 GB


def run_resumable(
    function: str, jobs: Sequence[Any], shared: Any, *, amounts: Sequence[float], label: str, unit: str
) -> list[Any]:
    """Return what `tfvae.training.jobs.run_jobs` returns, and keep it in `FOLDER`."""
    return run_jobs(
        function,
        jobs,
        shared,
        amounts=amounts,
        label=label,
        unit=unit,
        checkpoints=Checkpoints(FOLDER, LIMIT),
        keys=job_keys(function, jobs, shared),
    )
