"""Two versions of a record side by side, and the spread over seeds of each number from all records of its kind.

Beside a record's own numbers stand those of its models' first period of training, from the histories that figures show:
that early seeds lie much nearer to each other than at the end, so an error of the model or of its training shows there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.records.kinds import read_record
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
HISTORIES = "figure-data"  # the folder of histories in that of all records
_FOLLOWED = ("loss", "distortion", "kl", "fid")


@dataclass(frozen=True)
class Compared:
    """A record and what was trained here: its numbers, what else differs, and both number formats if it tells them."""

    numbers: list[Number]
    differing: list[str]
    precisions: tuple[str, str] | None


def spreads(metrics: Path, records: Sequence[Path]) -> dict[str, Spread]:
    """Return the spread of each metric over seeds: of all records beside these that are of the same dataset.

    Args:
        metrics: the folder of all records.
        records: relative to it, named "<stage>/<dataset>-...json" or "<stage>/<dataset>.json".
    """
    values: dict[str, list[Sequence[float]]] = {}
    for folder, dataset in sorted({(path.parent, path.stem.split("-")[0]) for path in records}):
        for path in sorted((metrics / folder).glob(f"{dataset}-*.json")):
            for name, seeds in numbers_of(metrics, path.relative_to(metrics)).items():
                values.setdefault(name, []).append(seeds)
    found = {name: pooled(models) for name, models in values.items()}
    return {name: spread for name, spread in found.items() if spread is not None}


def numbers_of(metrics: Path, record: Path) -> dict[str, Sequence[float]]:
    """Return the values of each number of a record in the folder of metrics, and of its models' first period."""
    return {
        **dict(_values(read_record(metrics / record))),
        **_first_period(metrics / HISTORIES / record.with_suffix("")),
    }


def compare(record: Path, committed: Path, new: Path, known: Mapping[str, Spread], images: int) -> Compared:
    """Return a record beside the same one made here.

    Args:
        record: relative to the folders of metrics.
        committed: the folder of committed metrics.
        new: that of the metrics that were made here.
        known: the spread of metrics.
        images: how many test images accuracies are shares of.
    """
    title = record.with_suffix("").as_posix()
    old, here = numbers_of(committed, record), numbers_of(new, record)
    numbers = []
    for name in {**old, **here}:
        then, now = old.get(name, []), here.get(name, [])
        spread = known.get(_KINDS.get(name, name))
        if name in _SHARES and then:
            spread = of_share(then[0], images)
        numbers.append(Number(title, name, then, now, spread))
    before, after = (_description(read_record(folder / record)) for folder in (committed, new))
    differing = [
        f"{title} {name}: recorded {before.get(name, 'none')}, here {after.get(name, 'none')}"
        for name in {**before, **after}
        if name != PRECISION and before.get(name) != after.get(name)
    ]
    precisions = (before[PRECISION], after[PRECISION]) if PRECISION in before.keys() & after.keys() else None
    return Compared(numbers, differing, precisions)


def _first_period(folder: Path) -> dict[str, Sequence[float]]:
    """Return the values over seeds at the end of the first period, none where there is no history of several seeds."""
    path = folder / "history.csv"
    if not path.is_file():
        return {}
    history = files.read_csv(path, ("step", "seed", *_FOLLOWED))
    first = history[history["step"] == history["step"].min()]
    return {f"{name}, first period": first[name].tolist() for name in _FOLLOWED} if len(first) > 1 else {}


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
