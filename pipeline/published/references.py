"""Published figures, from the text of `references/figures.csv` to checked records; no files are opened here."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tfvae.data.registry import DATASETS

COLUMNS = ("origin", "dataset", "model", "beta", "metric", "value", "source", "comparable", "note")
ORIGINS = ("000_thesis", "001_latent", "pythae", "nalisnick", "YannDubs")
# How far a comparison can go; references/README.md says what each means.
COMPARABLE = (
    "exact", "yes", "with same protocol", "order-of-magnitude", "rough", "legacy-only", "void", "unverified",
)  # fmt: skip
REPEATABLE = ("yes", "with same protocol")
_HALF = re.compile(r"(.+)-(encoder|decoder)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_SAME = "same"


@dataclass(frozen=True)
class Figure:
    """A published number: a line of the file, numbered from 2, with the columns that references/README.md explains.

    `beta` is None where there is none, and `source` that of the line above where the file says "same". `rounding` is
    half a unit of the value's last digit, so the number before rounding was value +- rounding.
    """

    line: int
    origin: str
    dataset: str
    model: str
    beta: float | None
    metric: str
    value: float
    rounding: float
    source: str
    comparable: str
    note: str


def parse(text: str) -> tuple[Figure, ...]:
    """Return the figures of the file's text; a ValueError begins with the number of a wrong or repeated line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    figures: dict[tuple[str, ...], Figure] = {}
    source = ""
    try:
        for position, fields in enumerate(reader):
            line = reader.line_num
            if position == 0:
                _require(tuple(fields) == COLUMNS, line, f"the columns must be {','.join(COLUMNS)}", fields)
                continue
            _require(len(fields) == len(COLUMNS), line, f"{len(COLUMNS)} fields are needed", fields)
            figure = _figure(line, dict(zip(COLUMNS, fields, strict=True)), source)
            source = figure.source
            first = figures.setdefault((*fields[:5], source), figure)
            _require(first is figure, line, f"it repeats line {first.line}", fields)
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error
    if not figures:
        raise ValueError("line 1: there is no figure")
    return tuple(figures.values())


def other_runs(figure: Figure, figures: Sequence[Figure]) -> list[float]:
    """Return the same origin's values for further runs of the same thing; none unless the figure can be repeated.

    Figures with an arbitrary scale are left out: two of them may be one run that is printed twice.
    """
    if figure.comparable not in REPEATABLE:
        return []
    return [other.value for other in figures if other.line != figure.line and _quantity(other) == _quantity(figure)]


def other_half(figure: Figure, figures: Sequence[Figure]) -> float:
    """Return the count that was published for the decoder of an encoder's model, or the reverse; 0 for all else."""
    half = _HALF.fullmatch(figure.model)
    if half is None:
        return 0.0
    other = f"{half[1]}-{'decoder' if half[2] == 'encoder' else 'encoder'}"
    return sum(one.value for one in figures if _quantity(one) == _quantity(replace(figure, model=other)))


def _quantity(figure: Figure) -> tuple[str | float | None, ...]:
    return figure.origin, figure.dataset, figure.model, figure.beta, figure.metric, figure.comparable


def _figure(line: int, row: dict[str, str], above: str) -> Figure:
    for name, allowed in (("origin", ORIGINS), ("dataset", tuple(DATASETS)), ("comparable", COMPARABLE)):
        _require(row[name] in allowed, line, f"{name} must be one of {', '.join(allowed)}", row[name])
    for name in ("model", "metric", "source"):
        _require(row[name].strip() != "", line, f"{name} must not be empty", row[name])
    _require(_NUMBER.fullmatch(row["value"]) is not None, line, "value must be a plain decimal number", row["value"])
    plain = row["beta"] == "" or (_NUMBER.fullmatch(row["beta"]) is not None and float(row["beta"]) >= 0)
    _require(plain, line, "beta must be empty or a number of at least 0", row["beta"])
    _require(row["source"] != _SAME or above != "", line, "no line above has a source", row["source"])
    parsed: dict[str, Any] = {
        "beta": float(row["beta"]) if row["beta"] else None,
        "value": float(row["value"]),
        "source": above if row["source"] == _SAME else row["source"],
    }
    rounding = 0.5 * 10.0 ** int(Decimal(row["value"]).as_tuple().exponent)
    return Figure(line=line, rounding=rounding, **row | parsed)


def _require(condition: bool, line: int, rule: str, received: object) -> None:
    if not condition:
        raise ValueError(f"line {line}: {rule}. Received: {received!r}")
