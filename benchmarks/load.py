"""How much of the machine others took while something was measured.

On a machine that is not idle, loops with threads that wait for each other suffer far more than loops on one core: with
one of two cores taken, PyTorch's trainer fell to a tenth of its rate. Ratios from such a run mean nothing, so each
round is measured together with this.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

LIMIT = 0.15  # cores; above it a run is refused as evidence


class OtherLoad:
    """Cores that processes other than this one and `pids` keep busy, between two readings; Linux only."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = [os.getpid(), *pids]
        self._before = self._read()

    def cores(self) -> float | None:
        """Return the mean since the last reading, None where the system does not tell."""
        before, self._before = self._before, self._read()
        if before is None or self._before is None:
            return None
        (start, all_before, own_before), (end, all_after, own_after) = before, self._before
        return max(0.0, ((all_after - all_before) - (own_after - own_before)) / (end - start))

    def _read(self) -> tuple[float, float, float] | None:
        try:
            own = sum(_ticks(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")) for pid in self._pids)
            line = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0]
        except OSError:
            return None
        per_second = os.sysconf("SC_CLK_TCK")
        return perf_counter(), busy_ticks(line) / per_second, own / per_second


def busy_ticks(line: str) -> int:
    """Return the busy and the stolen time of the first line of /proc/stat, without idling and waiting."""
    user, nice, system, _, _, interrupt, soft_interrupt, stolen = (int(value) for value in line.split()[1:9])
    return user + nice + system + interrupt + soft_interrupt + stolen


def _ticks(status: str) -> int:
    fields = status.rsplit(")", 1)[1].split()  # the name before it may hold spaces
    return int(fields[11]) + int(fields[12])
