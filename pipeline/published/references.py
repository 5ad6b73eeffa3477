"""Published figures, from the text of `references/figures.csv` to checked records; no files are opened here."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tfvae.data.registry import DATASETS
from tfvae.errors import Refused

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


def rows(text: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the fields of each line of a table's text below its head, which names these columns.

    A ValueError begins with the number of a line that does not have them.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        require(
            next(reader, []) == list(columns), 1, f"the columns must be {','.join(columns)}", text.partition("\n")[0]
        )
        for fields in reader:
            require(len(fields) == len(columns), reader.line_num, f"{len(columns)} fields are needed", fields)
            yield reader.line_num, dict(zip(columns, fields, strict=True))
    except csv.Error as error:
        raise Refused(f"line {reader.line_num}: {error}") from error


def parse(text: str) -> tuple[Figure, ...]:
    """Return the figures of the file's text; a ValueError begins with the number of a wrong or repeated line."""
    figures: dict[tuple[str, ...], Figure] = {}
    source = ""
    for line, row in rows(text, COLUMNS):
        figure = _figure(line, row, source)
        source = figure.source
        first = figures.setdefault((*[row[name] for name in COLUMNS[:5]], source), figure)
        require(first is figure, line, f"it repeats line {first.line}", row)
    require(bool(figures), 1, "there is no figure", text)
    return tuple(figures.values())


def require(condition: bool, line: int, rule: str, received: object) -> None:
    """Refuse what does not meet the rule of a line."""
    if not condition:
        raise Refused(f"line {line}: {rule}. Received: {received!r}")


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
        require(row[name] in allowed, line, f"{name} must be one of {', '.join(allowed)}", row[name])
    for name in ("model", "metric", "source"):
        require(row[name].strip() != "", line, f"{name} must not be empty", row[name])
    require(_NUMBER.fullmatch(row["value"]) is not None, line, "value must be a plain decimal number", row["value"])
    plain = row["beta"] == "" or (_NUMBER.fullmatch(row["beta"]) is not None and float(row["beta"]) >= 0)
    require(plain, line, "beta must be empty or a number of at least 0", row["beta"])
    require(row["source"] != _SAME or above != "", line, "no line above has a source", row["source"])
    parsed: dict[str, Any] = {
        "beta": float(row["beta"]) if row["beta"] else None,
        "value": float(row["value"]),
        "source": above if row["source"] == _SAME else row["source"],
    }
    rounding = 0.5 * 10.0 ** int(Decimal(row["value"]).as_tuple().exponent)
    return Figure(line=line, rounding=rounding, **row | parsed)
