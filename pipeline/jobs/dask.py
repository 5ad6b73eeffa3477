"""Jobs on a Dask cluster, whose workers need no common disk: `pip install ".[cluster]"`.

Arguments and shared data travel as pickles, on the wire of the cluster's owner; results come back as checkpoints, which
hold none.
"""

import contextlib
from collections.abc import Mapping
from concurrent.futures import CancelledError
from importlib import import_module
from typing import Any
from weakref import WeakValueDictionary

from pipeline.jobs.executors import Differs, description, longest_first, perform
from pipeline.jobs.provenance import digest
from pipeline.jobs.resumable import CHECKPOINTS, Round
from pipeline.jobs.terminal import say
from tfvae.errors import Refused

_ATTEMPTS = 3  # of a job whose data went with the workers that held them


class SharedData:
    """What jobs share, on the workers; sent again where it went with them."""

    def __init__(self, client: Any, content: Any) -> None:
        self._client, self._content = client, content
        self.send()

    def send(self) -> None:
        """Give every worker a copy."""
        self.future = self._client.scatter([self._content], broadcast=True, hash=False)[0]


class DaskJob:
    """A job on a Dask cluster; its checkpoints are stored here when it is done."""

    def __init__(self, cluster: "Dask", jobs: Round, position: int, shared: SharedData) -> None:
        self._cluster, self._shared, self._attempts = cluster, shared, 1
        # What is kept here of an interrupted job goes with it.
        kept = CHECKPOINTS.files([jobs.keys[position]])
        self._task = (jobs.function, jobs.jobs[position], cluster.description, kept)
        self._priority = jobs.amounts[position]
        self._stored = False
        self._submit()

    def done(self) -> bool:
        """Return whether the job has ended, well or not."""
        if not self._future.done():
            return False
        if again := self._lost() or self._refused():
            self._submit()
        return not again

    def finish(self) -> None:
        """Store the job's checkpoints, or raise its error."""
        from distributed import KilledWorker

        if not self._stored:
            try:
                CHECKPOINTS.adopt(self._future.result())
            except (KilledWorker, CancelledError) as error:
                raise RuntimeError(f"The workers that had a job were lost, {_ATTEMPTS} times: {error}") from error
            self._future.release()
            self._stored = True

    def _lost(self) -> bool:
        """Return whether the data, not the job, are at fault, and may be sent again."""
        if self._future.status not in ("cancelled", "lost") or self._attempts == _ATTEMPTS:
            return False
        self._attempts += 1
        with contextlib.suppress(CancelledError):
            if self._shared.future.status in ("cancelled", "lost"):
                self._shared.send()
        return True

    def _refused(self) -> bool:
        """Return whether a worker that joined later differs, while others are there."""
        if self._future.status != "error" or not isinstance(error := self._future.exception(), Differs):
            return False
        return self._cluster.dismissed(error)

    def _submit(self) -> None:
        function, job, expected, kept = self._task
        self._future = self._cluster.client.submit(
            perform_there, function, job, self._shared.future, expected, kept, pure=False, priority=self._priority
        )


class Dask:
    """A Dask cluster, or, without an address, one on this machine.

    Workers may join and leave meanwhile; one that joins and differs is sent away. Each has one thread, and works in a
    checkout of this project.

    Args:
        address: of the scheduler, such as tcp://head:8786.
        settings: of `dask.distributed.LocalCluster` where there is no address.
        patience: seconds to wait for an answer, and for the first worker.

    Raises:
        Refused: if Dask is not installed, nothing answers at the address, or a worker is not as this machine is.
    """

    def __init__(self, address: str | None, settings: Mapping[str, Any], *, patience: float = 60) -> None:
        try:
            distributed: Any = import_module("distributed")
        except ImportError as error:
            raise Refused('The executor "dask" needs Dask: pip install ".[cluster]"') from error
        self._cluster: Any = None
        # Stages share data; workers hold them as long as a job needs them.
        self._shared: WeakValueDictionary[str, SharedData] = WeakValueDictionary()
        try:
            if address is None:
                options = {"threads_per_worker": 1, "dashboard_address": None, **settings}
                self._cluster = distributed.LocalCluster(**options)
        except (TypeError, ValueError, RuntimeError) as error:
            raise Refused(f"Dask's settings: {error}") from error
        try:
            self.client = distributed.Client(address or self._cluster, timeout=patience)
            self.client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError, ValueError) as error:
            raise Refused(f"no Dask cluster with a worker answers at {address}: {error}") from error
        if threads := {*self.client.nthreads().values()} - {1}:
            raise Refused(f"a worker has {max(threads)} threads; start workers with --nthreads 1, one for each core")
        self.description = description()
        try:
            described = self.client.run(description)
        except Exception as error:  # whatever it is, it comes from a worker
            raise Refused(f"workers cannot import this project; start them in a checkout of it: {error}") from error
        for worker, theirs in described.items():
            if differences := sorted({*theirs} ^ {*self.description}):
                raise Refused(f"the worker {worker} differs from this machine: {'; '.join(differences)}")

    def cores(self) -> int:
        """Return how many jobs run side by side."""
        return max(len(self.client.nthreads()), 1)

    def start(self, jobs: Round) -> dict[int, "DaskJob"]:
        """Start the missing jobs of a round; see `pipeline.jobs.executors.Executor`."""
        key = digest(jobs.shared)
        shared = self._shared.get(key) or SharedData(self.client, jobs.shared)
        self._shared[key] = shared
        return {position: DaskJob(self, jobs, position, shared) for position in longest_first(jobs)}

    def dismissed(self, error: Differs) -> bool:
        """Send away the worker that raised the error, and return whether others are left."""
        if error.worker in (workers := self.client.nthreads()):
            say(f"the worker {error.worker} is sent away: {error}")
            self.client.retire_workers([error.worker])
        return bool(workers.keys() - {error.worker})

    def finish(self, future: DaskJob) -> None:
        """Store a job's checkpoints; see `pipeline.jobs.executors.Executor`."""
        future.finish()

    def amount(self, future: Any) -> float:
        """Return 0: how much a running job has done is not known here."""
        return 0.0

    def close(self) -> None:
        """End what runs."""
        self.client.close()
        if self._cluster is not None:
            self._cluster.close()


def perform_there(
    function: str, job: Any, shared: Any, expected: tuple[str, ...], kept: dict[str, bytes]
) -> dict[str, bytes]:
    """Compute one job on a machine with a store of its own, from what was kept elsewhere, and return what it keeps."""
    CHECKPOINTS.adopt({key: content for key, content in kept.items() if CHECKPOINTS.kept(key) is None})
    with CHECKPOINTS.followed() as keys:
        try:
            perform(function, job, shared, expected, lambda amount: None)
        except Differs as error:
            error.worker = import_module("distributed").get_worker().address
            raise
    return CHECKPOINTS.files(keys)
