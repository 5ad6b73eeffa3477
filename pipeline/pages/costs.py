"""The part of the page on what the jobs of each stage have cost."""

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.jobs.times import Cost
from pipeline.pages.study import Study
from pipeline.pages.values import Table, Value, plain

STAGE = "times"
TITLE = "What it costs"


def content(study: Study) -> dict[str, Any] | None:
    """Return the table of jobs and minutes, and the processor."""
    if not (records := [record for record in study.of(STAGE) if record.at("costs")]):
        return None
    [record] = records
    rows = [
        (plain(name), Value(f"{jobs:,}", jobs), *(Value(f"{minutes:.1f}", minutes) for minutes in spent))
        for name, jobs, *spent in by_family(record.at("costs"))
    ]
    header = ("Stage", "Jobs", "Training", "Measuring")
    data = Table("Jobs of each stage, and the minutes of one core that they took", header, rows)
    return {"data": data, "processors": processors(record.at("costs")), "record": record}


def by_family(known: Sequence[Cost]) -> list[tuple[str, int, float, float]]:
    """Return for each kind of stage its name, its jobs, and the minutes of a core in which these trained and measured.

    The costliest comes first, and the sum as "all" at the end.
    """
    families: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(cost.stage for cost in known):
        row = families.setdefault(name.partition("@")[0], {"jobs": 0, "training": 0.0, "measuring": 0.0})
        own = [cost for cost in known if cost.stage == name]
        row["jobs"] += max(cost.jobs for cost in own)  # one that is trained is measured, too
        for cost in own:
            row[cost.kind] += cost.seconds / 60
    rows = [(name, int(row["jobs"]), row["training"], row["measuring"]) for name, row in families.items()]
    _, jobs, training, measuring = zip(*rows, strict=True)
    return [*sorted(rows, key=lambda row: -row[2] - row[3]), ("all", sum(jobs), sum(training), sum(measuring))]


def processors(known: Iterable[Cost]) -> str:
    """Return on what the costs were counted."""
    return " or ".join(sorted({cost.processor for cost in known}))
