"""Two versions of a record side by side, and the spread over seeds of each number from all records of its kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.verification.agreement import summaries
from pipeline.verification.rule import Number, Spread, of_share, pooled

# Numbers that a record holds without seeds, and the metric whose spread they take.
_KINDS = {
    "fid_floor": "fid",
    "fid_mean_image": "fid",
    "tvd_floor": "tvd",
    "max_class_gap_floor": "max_class_gap",
}
_SHARES = ("accuracy",)  # of the test images
PRECISION = "precision"


@dataclass(frozen=True)
class Compared:
    """A record and what was trained here: its numbers, what else differs, and the number formats of both."""

    numbers: list[Number]
    differing: list[str]
    precisions: tuple[str, str]


def spreads(metrics: Path, records: Sequence[Path]) -> dict[str, Spread]:
    """Return the spread of each metric over seeds: of all records beside these that are of the same dataset.

    Args:
        metrics: the folder of all records.
        records: relative to it, named "<stage>/<dataset>-...json" or "<stage>/<dataset>.json".
    """
    values: dict[str, list[list[float]]] = {}
    for folder, dataset in sorted({(path.parent, path.stem.split("-")[0]) for path in records}):
        for path in sorted((metrics / folder).glob(f"{dataset}-*.json")):
            for name, summary in summaries(files.read_json(path)):
                values.setdefault(name, []).append(summary["values"])
    found = {name: pooled(models) for name, models in values.items()}
    return {name: spread for name, spread in found.items() if spread is not None}


def compare(
    record: str, recorded: Mapping[str, Any], here: Mapping[str, Any], known: Mapping[str, Spread], images: int
) -> Compared:
    """Return a record beside the same one made here.

    Args:
        record: its name.
        recorded: its content.
        here: that of the one made here.
        known: the spread of metrics.
        images: how many test images accuracies are shares of.
    """
    old, new = dict(_values(recorded)), dict(_values(here))
    numbers = []
    for name in {**old, **new}:
        then, now = old.get(name, []), new.get(name, [])
        spread = known.get(_KINDS.get(name, name))
        if name in _SHARES and then:
            spread = of_share(then[0], images)
        numbers.append(Number(record, name, then, now, spread))
    before, after = _description(recorded), _description(here)
    differing = [
        f"{record} {name}: recorded {before.get(name, 'none')}, here {after.get(name, 'none')}"
        for name in {**before, **after}
        if name != PRECISION and before.get(name) != after.get(name)
    ]
    told = [str(side.get(PRECISION, "float32")) for side in (before, after)]
    return Compared(numbers, differing, (told[0], told[1]))


def _values(content: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[float]]]:
    """Yield the name and the values of each number that was measured: one for each seed, or a single one."""
    for name, summary in summaries(content):
        yield name, summary["values"]
    for name, value in content.items():
        if isinstance(value, list) and value and all(isinstance(one, float) for one in value):
            yield from ((f"{name}.{position}", [one]) for position, one in enumerate(value))
        elif isinstance(value, float) and not _has_seeds(content):
            yield name, [value]


def _description(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record with seeds says of its models and their training."""
    if not _has_seeds(content):
        return {}
    kinds = (str, int, float)
    return {name: value for name, value in content.items() if isinstance(value, kinds) or name == "seeds"}


def _has_seeds(content: Mapping[str, Any]) -> bool:
    return "seeds" in content
