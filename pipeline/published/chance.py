"""What verdicts are worth: how many come about by chance, and whether ranks agree. Values to values.

"By chance" means: the published values of comparable lines (one document, dataset, metric and kind of model) are dealt
to these lines anew, every deal as likely as any other. The expected number of a verdict is exact, without drawing a
deal: each value meets each line with probability 1/n, so the expectation is a mean over all pairs of value and line.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from pipeline.published.references import Figure
from pipeline.published.rule import LEVEL, within_factor

_FEWEST_RANKS = 4  # the interval's standard error needs more than three pairs
Line = TypeVar("Line")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation of n pairs with its interval at `LEVEL`, which is None for fewer than four pairs."""

    value: float
    interval: tuple[float, float] | None
    n: int


def expected(lines: Sequence[Line], judged: Callable[[Line, Line], Outcome]) -> dict[Outcome, float]:
    """Return the expected number of each outcome when what is compared is dealt to the lines at random.

    `judged(dealt, line)` is the outcome of a line that is compared with what belongs to the line `dealt`.
    """
    counts = Counter(judged(dealt, line) for dealt in lines for line in lines)
    return {outcome: count / len(lines) for outcome, count in counts.items()}


def by_kind(figures: Iterable[Figure]) -> list[list[Figure]]:
    """Return the figures whose values may be dealt among each other; of a grid these are its candidates."""
    groups: dict[tuple[str, ...], list[Figure]] = {}
    for figure in figures:
        kind = re.sub(r"\d+$", "", figure.model)
        groups.setdefault((figure.origin, figure.dataset, kind, figure.metric, figure.comparable), []).append(figure)
    return list(groups.values())


def spearman(ones: Sequence[float], others: Sequence[float]) -> Correlation | None:
    """Return the rank correlation of pairs, None where one side has a single rank; ties share their mean rank.

    The interval is Fisher's: tanh(artanh r +- z s), with s^2 = (1 + r^2 / 2) / (n - 3), the variance that Bonett and
    Wright give for ranks (Psychometrika 65, 2000, https://doi.org/10.1007/BF02294183).
    """
    x, y = rankdata(ones), rankdata(others)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    value = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    if len(x) < _FEWEST_RANKS:
        return Correlation(value, None, len(x))
    if abs(value) == 1:
        return Correlation(value, (value, value), len(x))
    half = float(ndtri(0.5 + LEVEL / 2)) * np.sqrt((1 + value**2 / 2) / (len(x) - 3))
    low, high = np.tanh(np.arctanh(value) + half * np.array([-1, 1]))
    return Correlation(value, (float(low), float(high)), len(x))


def searches(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return how far our search repeats the published one, for each dataset, network and metric.

    `rows` are entries of "figures" in the record (see `pipeline.records.published`); those of a grid with a value of
    ours count. "within_factor" is the number of candidates whose published value is within a factor of two of ours;
    "by_chance" the expected one if the published values were dealt to the candidates at random.
    """
    grids: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for row in rows:
        if (grid := re.fullmatch(r"(\w+)-grid\d+", row["model"])) and row["corrected"]:
            pairs = grids.setdefault((row["dataset"], grid[1], row["metric"]), [])
            pairs.append((row["published"], row["corrected"]["mean"]))
    return [
        {"dataset": dataset, "network": network, "metric": metric, "candidates": len(pairs), **_agreement(pairs)}
        for (dataset, network, metric), pairs in grids.items()
    ]


def _agreement(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    def near(dealt: tuple[float, float], line: tuple[float, float]) -> bool:
        return within_factor(dealt[0], line[1])

    correlation = spearman(*zip(*pairs, strict=True))
    return {
        "spearman": correlation and correlation.value,
        "interval": correlation and correlation.interval,
        "within_factor": sum(near(pair, pair) for pair in pairs),
        "by_chance": expected(pairs, near).get(True, 0.0),
    }
