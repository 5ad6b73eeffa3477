"""What the jobs of each stage have cost: seconds of one core, by stage, as noted when their results were collected."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import takewhile
from pathlib import Path
from typing import Any

from pipeline import files
from tfvae.atomic import replace_file

COSTS = Path("metrics/times.csv")  # of the committed study, no stage's output
COLLECTING = 3.0  # seconds of a core for a stage that DVC runs: a process, and its share of the lock file
COLUMNS = ("stage", "kind", "jobs", "amount", "seconds", "processor")


@dataclass(frozen=True)
class Cost:
    """How many `jobs` of a `kind` ("training" or "measuring") a stage had, of which `amount`, in how many `seconds`."""

    stage: str
    kind: str
    jobs: int
    amount: float
    seconds: float
    processor: str


def costs(notes: Iterable[Mapping[str, Any]]) -> list[Cost]:
    """Return the cost of each stage and kind from the notes of collected results, sorted by stage.

    Of the batches of one label the newest counts: those before it are of other code, parameters or data.
    """
    notes = [note for note in notes if note["stage"]]
    newest: dict[tuple[str, str, str], tuple[float, str]] = {}
    for note in notes:
        place = (note["stage"], note["kind"], note["label"])
        newest[place] = max(newest.get(place, (0.0, "")), (note["time"], note["batch"]))
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for note in notes:
        if newest[note["stage"], note["kind"], note["label"]][1] == note["batch"]:
            groups.setdefault((note["stage"], note["kind"]), []).append(note)
    return [
        Cost(
            stage, kind, len(group), sum(note["amount"] for note in group),
            round(sum(note["seconds"] for note in group), 1),
            " or ".join(sorted({note["processor"] for note in group})),
        )
        for (stage, kind), group in sorted(groups.items())
    ]  # fmt: skip


def committed() -> list[Cost]:
    """Return the costs of the committed study, none if its file is not there."""
    return read_costs(COSTS) if COSTS.exists() else []


def read_costs(path: Path) -> list[Cost]:
    """Return the costs of a file."""

    def parse(content: bytes) -> list[Cost]:
        text = content.decode()
        header, *rows = [*csv.reader(StringIO(text))] or [[]]
        if not text.endswith("\n"):
            raise ValueError("its end is missing")
        if tuple(header) != COLUMNS:
            raise ValueError(f"its columns are {', '.join(COLUMNS)}. Received: {', '.join(header)}")
        return [
            Cost(stage, kind, int(jobs), float(amount), float(seconds), processor)
            for stage, kind, jobs, amount, seconds, processor in rows
        ]

    return files.read(path, parse)


def write_costs(path: Path, known: Iterable[Cost]) -> None:
    """Write costs as CSV."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(
        (cost.stage, cost.kind, cost.jobs, f"{cost.amount:.10g}", cost.seconds, cost.processor) for cost in known
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text.getvalue().encode())


def nearest(stage: str, known: Iterable[str]) -> str | None:
    """Return the known stage of the same family and dataset whose name begins most like that of `stage`, if any."""
    family, _, item = stage.partition("@")
    own = f"{family}@{item.split('-')[0]}-"
    alike = [name for name in known if f"{name}-".startswith(own)]

    def alike_signs(name: str) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, stage, strict=False)))

    return max(sorted(alike), key=alike_signs, default=None)
