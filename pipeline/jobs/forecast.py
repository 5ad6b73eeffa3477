"""How long a study may still take, on one bar."""

import os
import sys
import time
from collections.abc import Collection, Iterable
from types import TracebackType
from typing import Self

from tqdm import tqdm

from pipeline.jobs.resumable import Round
from pipeline.jobs.times import COLLECTING, Cost, nearest

_SPENT_TO_KNOW = 10.0  # seconds of a core after which a stage's own jobs tell what it costs
_DOUBT = 60.0  # seconds of a core after which what this run measures weighs as much as what is known


class Forecast:
    """A bar of a run's progress, with the time that is left.

    What stages have cost before, here or where the committed costs come from, says what they may cost; how quickly this
    run gets on corrects it. What a stage costs that nothing is known of, its own first jobs tell.

    Args:
        stages: all that the run has to do.
        cores: how many jobs run side by side.
        known: costs of stages; of two of one stage and kind the last one counts.
        asking: those of the stages that may have jobs.
    """

    def __init__(
        self, stages: Collection[str], cores: int, known: Iterable[Cost], asking: Collection[str] = frozenset()
    ) -> None:
        seconds: dict[str, dict[str, float]] = {}
        for cost in known:
            seconds.setdefault(cost.stage, {})[cost.kind] = cost.seconds
        self._jobs = {name: sum(seconds.get(nearest(name, seconds) or "", {}).values()) for name in stages}
        self._unknown = {name for name in asking if not nearest(name, seconds)}
        costs = [cost for cost in self._jobs.values() if cost]
        self._typical = sum(costs) / len(costs) if costs else 0.0
        self._left = {name: of_jobs + COLLECTING for name, of_jobs in self._jobs.items()}
        self._rounds: dict[str, dict[int, tuple[float, float]]] = {}  # amounts of each job: all, done
        self._seen: dict[str, dict[int, tuple[float, float]]] = {}  # of an unknown stage's jobs: when, which amount
        self._learned: set[str] = set()
        self._cores, self._start, self._done, self._share = cores, time.monotonic(), 0.0, 0.0

    def __enter__(self) -> Self:
        self._patience, self._drawn = 0.5 if sys.stderr.isatty() else 30.0, time.monotonic()
        # Of its own: stderr is sent elsewhere while a stage runs.
        self._file = os.fdopen(os.dup(sys.stderr.fileno()), "w", encoding="utf-8")
        self._bar = tqdm(total=1.0, file=self._file, bar_format="{percentage:3.0f}%|{bar}| {desc}")
        self.show()
        self._bar.refresh()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.show()
        self._bar.close()
        self._file.close()

    def started(self, name: str, jobs: Round) -> None:
        """Count in the missing jobs of a stage."""
        self._rounds[name] = {position: (jobs.amounts[position], 0.0) for position in jobs.missing}
        self._seen.pop(name, None)  # of the round before, whose jobs these are not
        share = sum(jobs.amounts[position] for position in jobs.missing) / (sum(jobs.amounts) or 1)
        self._put(name, self._jobs[name] * share + COLLECTING)

    def progress(self, name: str, position: int, amount: float, *, done: bool) -> None:
        """Count in the amount of work that a job has done."""
        whole, before = self._rounds[name][position]
        amount = whole if done else min(amount, whole)
        left = sum(whole - reached for whole, reached in self._rounds[name].values())
        if amount > before and left > 0:
            self._rounds[name][position] = (whole, amount)
            if name in self._unknown:
                self._learn(name, position, amount, left)
            step = (self._left[name] - COLLECTING) * (amount - before) / left
            self._done += step
            self._put(name, self._left[name] - step)

    def _learn(self, name: str, position: int, amount: float, left: float) -> None:
        """Take the pace of a stage's jobs, each since it was first seen to get on, for what is left of it."""
        now, seen = time.monotonic(), self._seen.setdefault(name, {})
        seen.setdefault(position, (now, amount))
        spent = sum(now - since for since, _ in seen.values())
        reached = sum(self._rounds[name][job][1] - first for job, (_, first) in seen.items())
        if reached > 0 and spent >= _SPENT_TO_KNOW:
            self._put(name, spent / reached * left + COLLECTING)
            self._learned.add(name)

    def collected(self, name: str) -> None:
        """Count in a stage that has run."""
        self._done += COLLECTING
        self._bar.write(f"Stage '{name}' has run", file=sys.stdout)
        sys.stdout.flush()

    def waiting(self, stages: Collection[str]) -> None:
        """Leave out the stages that are no longer waiting: they have run, or turned out to be unchanged."""
        self._left = {name: left for name, left in self._left.items() if name in stages}
        self.show()

    def seconds_left(self) -> float:
        """Return the seconds that the run may still take."""
        spent = (time.monotonic() - self._start) * self._cores
        slower = (spent + _DOUBT) / (self._done + _DOUBT)
        return slower * sum(self._left.values()) / self._cores

    def show(self) -> None:
        """Draw the bar, which never goes back.

        It takes stages that nothing is known of for typical ones of the run, and waits where there are no others.
        """
        now, left = time.monotonic(), self.seconds_left()
        elapsed, unknown = now - self._start, (self._unknown - self._learned) & self._left.keys()
        if self._typical or not unknown:
            more = len(unknown) * self._typical / self._cores
            self._share = max(self._share, elapsed / (elapsed + left + more) if self._left else 1.0)
        running = sum(amount < whole for jobs in self._rounds.values() for whole, amount in jobs.values())
        count = len(unknown)
        unmeasured = f" and {count} stage{'s' if count > 1 else ''} that no run has measured" if count else ""
        stages = f"{len(self._left)} of {len(self._jobs)} stages, {running} jobs"
        self._bar.set_description_str(f"{_time(left)}{unmeasured} left, {stages}", refresh=False)
        self._bar.n = self._share
        if now - self._drawn >= self._patience:  # also where only the time has changed
            self._bar.refresh()
            self._drawn = now

    def _put(self, name: str, seconds: float) -> None:
        self._left[name] = max(seconds, COLLECTING)


def _time(seconds: float) -> str:
    minutes, hours = round(seconds / 60), int(seconds // 3600)
    return f"{hours} h {minutes - 60 * hours} min" if hours else f"{minutes} min" if minutes else "less than a minute"
