"""A picture of a few summaries, drawn by the page itself: a row each, with a dot for each run."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.experiment.formats import spread


@dataclass(frozen=True)
class Row:
    """A name, its summary in words, and where its dots and its ring stand, in percent of the axis."""

    name: str
    text: str
    dots: Sequence[float]
    ring: float | None


@dataclass(frozen=True)
class Dots:
    """What is measured, the rows, and the ticks of the axis from 0, {text: percent}."""

    measured: str
    rows: Sequence[Row]
    ticks: Mapping[str, float]

    @property
    def spoken(self) -> str:
        """The picture in words, for those who do not see it."""
        return f"{self.measured}. {'; '.join(f'{row.name}: {row.text}' for row in self.rows)}"


def dots(
    measured: str,
    summaries: Mapping[str, Mapping[str, Any]],
    published: Mapping[str, float],
    digits: int | None = None,
) -> Dots:
    """Return the picture of summaries of values above 0, by the names of their rows, on one axis.

    `published`, by the same names, are values that others have published; `digits` are as of `spread`.
    RuntimeError if a published value has no row, or a value is not above 0.
    """
    values = [value for summary in summaries.values() for value in summary["values"]] + [*published.values()]
    if not published.keys() <= summaries.keys() or min(values) <= 0:
        raise RuntimeError(f"{measured}: published values need a row, and all values must be above 0.")
    step = _step(max(values))
    end = step * math.ceil(max(values) / step)

    def place(value: float) -> float:
        return float(round(100 * value / end, 2))

    rows = [
        Row(
            name,
            spread(summary, digits)
            + (f" (published: {spread({'mean': published[name], 'sd': None}, digits)})" if name in published else ""),
            [place(value) for value in summary["values"]],
            place(published[name]) if name in published else None,
        )
        for name, summary in summaries.items()
    ]
    return Dots(measured, rows, {f"{step * i:g}": place(step * i) for i in range(round(end / step) + 1)})


def _step(largest: float) -> float:
    """Return the distance of ticks, 1, 2 or 5 times a power of ten, of which at most four reach a value."""
    power = float(10 ** math.floor(math.log10(largest / 4)))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if largest <= 4 * step)
