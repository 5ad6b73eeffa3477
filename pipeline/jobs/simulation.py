"""How a study would run on other numbers of cores, from what its jobs have cost."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from pipeline.jobs.times import COLLECTING, Cost


@dataclass(frozen=True)
class Simulated:
    """A run on a number of `cores`: how long it took, in seconds, and the share of the cores' time that jobs used.

    `busy` has a row (second, cores at work) for each change.
    """

    cores: int
    seconds: float
    occupancy: float
    busy: list[tuple[float, int]]


def simulate(above: Mapping[str, Iterable[str]], known: Iterable[Cost], cores: int) -> Simulated:
    """Return a run of stages, each with those `above` it, about as `pipeline.ahead` runs them.

    The jobs of a stage, taken to be of equal length, start once the stages above it are collected; a free core takes
    the job that was ready first. A stage without jobs is collected at once. Times count for a core like the one that
    they were measured on. DVC collects stages one after another on a core of its own; the import of TensorFlow and the
    time that results travel do not count.
    """
    seconds: dict[str, float] = {}
    jobs: dict[str, int] = {}
    for cost in known:
        seconds[cost.stage] = seconds.get(cost.stage, 0.0) + cost.seconds
        jobs[cost.stage] = max(jobs.get(cost.stage, 0), cost.jobs)
    waiting = {name: {*parents} & above.keys() for name, parents in above.items()}
    below: dict[str, list[str]] = {name: [] for name in waiting}
    for name, parents in waiting.items():
        for parent in parents:
            below[parent].append(name)
    left = {name: jobs.get(name, 0) for name in waiting}
    ready: list[str] = []  # a stage for each job that waits for a core
    events: list[tuple[float, int, str, str]] = []  # when, tie, what ends, of which stage
    order, now, free, collector_free, busy = count(), 0.0, cores, 0.0, [(0.0, 0)]

    def begin(name: str) -> None:
        if left[name]:
            ready.extend([name] * left[name])
        else:
            collect(name)

    def collect(name: str) -> None:
        nonlocal collector_free
        collector_free = max(collector_free, now) + COLLECTING
        heapq.heappush(events, (collector_free, next(order), "collecting", name))

    for name in sorted(name for name, parents in waiting.items() if not parents):
        begin(name)
    while events or ready:
        while free and ready:
            name, free = ready.pop(0), free - 1
            heapq.heappush(events, (now + seconds[name] / jobs[name], next(order), "job", name))
        busy.append((now, cores - free))
        now, _, kind, name = heapq.heappop(events)
        if kind == "job":
            free, left[name] = free + 1, left[name] - 1
            if not left[name]:
                collect(name)
        else:
            for child in below[name]:
                waiting[child].discard(name)
                if not waiting[child]:
                    begin(child)
    used = sum(seconds.get(name, 0.0) for name in above)
    return Simulated(cores, now, used / (now * cores) if now else 0.0, [*busy, (now, 0)])
