"""Jobs on Slurm, by submitit, where nodes share a disk: `pip install ".[cluster]"`.

Arguments and shared data travel as pickles, on the disk of the cluster's owner; results are checkpoints, which hold
none.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.jobs.executors import description, longest_first, perform, read_shared, write_shared
from pipeline.jobs.resumable import CHECKPOINTS, Round
from tfvae.errors import Refused


class Slurm:
    """Slurm, by submitit: the jobs of a round are an array, and one that Slurm stops goes on where it was.

    `.checkpoints`, or TFVAE_CHECKPOINTS, has to be on a disk that the nodes share.

    Args:
        cluster: "slurm", or "local": processes of this machine, for trials.
        settings: of submitit's executor, such as timeout_min=60, slurm_partition="cpu".

    Raises:
        Refused: if submitit is not installed, or does not know a setting.
    """

    def __init__(self, cluster: str, settings: Mapping[str, Any]) -> None:
        try:
            import submitit
        except ImportError as error:
            raise Refused('The executor "slurm" needs submitit: pip install ".[cluster]"') from error
        if cluster not in ("slurm", "local"):
            raise Refused(f"the setting cluster is slurm or local. Received: {cluster!r}")
        # A job is asked to stop ten minutes before its time is over: it does so at the end of a period.
        usual = {"timeout_min": 240, "cpus_per_task": 1, "mem_gb": 4, "slurm_signal_delay_s": 600}
        given = {**usual, "slurm_array_parallelism": 256, **settings}
        try:
            self._cores, self._description = int(given["slurm_array_parallelism"]), description()
            with CHECKPOINTS.writing():
                self._executor = submitit.AutoExecutor(folder=CHECKPOINTS.folder.absolute() / "slurm", cluster=cluster)
            self._executor.update_parameters(**given)
        except (NameError, TypeError, ValueError, AssertionError, RuntimeError) as error:
            raise Refused(f"Slurm's settings: {str(error).partition(chr(10))[0]}") from error
        self._jobs: list[Any] = []
        self._shared: set[Path] = set()

    def cores(self) -> int:
        """Return how many jobs run side by side at most."""
        return self._cores

    def start(self, jobs: Round) -> dict[int, Any]:
        """Start the missing jobs of a round; see `pipeline.jobs.executors.Executor`."""
        shared = write_shared(jobs.shared)
        self._shared.add(shared)
        positions = longest_first(jobs)
        with self._executor.batch():
            tasks = [(jobs.function, jobs.jobs[position], shared, self._description) for position in positions]
            started = [self._executor.submit(PerformOnNode(), *task) for task in tasks]
        self._jobs += started
        return dict(zip(positions, started, strict=True))

    def finish(self, future: Any) -> None:
        """Raise the error of a job that is done, if it has one."""
        from submitit.core.utils import FailedJobError

        try:
            future.result()
        except FailedJobError as error:
            raise RuntimeError(str(error)) from error

    def amount(self, future: Any) -> float:
        """Return 0: how much a running job has done is not known here."""
        return 0.0

    def close(self) -> None:
        """Cancel what runs."""
        for job in self._jobs:
            if not job.done():
                job.cancel(check=False)
        for path in self._shared:
            path.unlink(missing_ok=True)


class PerformOnNode:
    """Compute one job on a node; Slurm runs it again if it was stopped, and it goes on from its checkpoint."""

    def __call__(self, function: str, job: Any, shared: Path, expected: tuple[str, ...]) -> None:
        """Compute the job."""
        perform(function, job, read_shared(shared), expected, lambda amount: None)

    def checkpoint(self, *task: Any) -> Any:
        """Return what submitit queues again when a job's time is over, or Slurm takes its node away."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self, *task)
