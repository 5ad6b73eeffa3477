"""The rule by which a published figure and our values agree or not. Values to verdicts; nothing here opens a file.

A published figure is one run without a spread. Ours are values over n seeds, under up to two protocols: "corrected",
our own, and "legacy", the one that published it, defects included. "agrees" always means agreement within the spread
of runs; a value that is merely of the same size is of the "same order". `comparable` of the figure says which of the
two can be asked, and so which tolerance it gets:

- `digits` (exact): every value of ours equals the figure to its last printed digit: agrees, or disagrees.
- `runs` (yes, with same protocol, legacy-only): the figure might be one more of our runs. With m published runs of mean
  x and n of ours of mean y, it agrees where |x - y| <= h + half a unit of the last digit, h = t s sqrt(1/m + 1/n),
  where s is the standard deviation pooled over both, t the two-sided 95 % point of Student's distribution with
  m + n - 2 degrees of freedom. (With m = 1 this is the usual prediction interval.) Else it disagrees. A spread counts
  from two degrees of freedom up, since the interval from two runs is so wide that it excludes nothing; below, values
  that equal the figure to its last digit agree, and others stay undecided. One comparison in twenty fails by chance.
- `scale` (order-of-magnitude, rough, and every legacy-only FID): the figure's protocol is known in part, or its scale
  is arbitrary, as that of a FID with the features of an unseeded classifier. It agrees where it lies within the
  interval above and h is at most half of |y|: a wider interval would agree with nearly anything. Else it is of the same
  order where it lies within a factor of two of y, else undecided where it lies within the wide interval, and else it
  disagrees. Two is the next whole number above the ratio of the thesis's own reruns: 212.7 and 141.7, 91.6 and 54.5 for
  the same models.

The verdict is the comparison with the corrected protocol, unless the legacy protocol comes nearer (agrees before same
order before disagrees): then only that one gives the figure ("legacy only") or its size ("legacy order"). A legacy-only
figure is compared with that protocol alone. Where the corrected protocol disagrees and the legacy one has too few runs,
the verdict is undecided. `pipeline.published.verdicts` says what each verdict means.

A figure that only the legacy protocol gives is explained by those corrections that end this alone: with this one switch
corrected and all others as published, the comparison is a worse one, and the values have gone at least half of the way
from the legacy mean to the corrected one. There may be none: then only several corrections together do it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from pipeline.published.references import Figure
from pipeline.published.verdicts import Comparison, Verdict

Tolerance = Literal["digits", "runs", "scale"]
_LEGACY: dict[Comparison, Verdict] = {"agrees": "legacy only", "same order": "legacy order"}
_NEARNESS: dict[str, int] = {"agrees": 2, "same order": 1, "disagrees": 0}  # of comparisons that decide
LEVEL = 0.95
FACTOR = 2.0
FEWEST_DEGREES = 2
SHARE = 0.5
_TOLERANCES: dict[str, Tolerance] = {
    "exact": "digits",
    "yes": "runs",
    "with same protocol": "runs",
    "legacy-only": "runs",
    "order-of-magnitude": "scale",
    "rough": "scale",
}
_SLACK = 1e-9  # relative: 10.1346 + 0.00005 is not exactly 10.13465


@dataclass(frozen=True)
class Measured:
    """Our values over the seeds, empty where not measured."""

    corrected: Sequence[float] = ()  # under our own protocol
    legacy: Sequence[float] = ()  # under the protocol that published the figure
    alone: Mapping[str, Sequence[float]] = field(default_factory=dict)  # legacy but for one switch, by its name


@dataclass(frozen=True)
class Judgement:
    """The verdict, both comparisons (None where none was asked), and the switches that explain it, strongest first."""

    verdict: Verdict
    corrected: Comparison | None = None
    legacy: Comparison | None = None
    explained_by: tuple[str, ...] = ()


def tolerance(comparable: str, metric: str) -> Tolerance | None:
    """Return which tolerance a figure gets, None for one that is not compared."""
    if comparable == "legacy-only" and metric.startswith("fid"):
        return "scale"
    return _TOLERANCES.get(comparable)


def compare(
    published: float, rounding: float, ours: Sequence[float], kind: Tolerance, other_runs: Sequence[float] = ()
) -> Comparison:
    """Return whether a published figure and our values over seeds, possibly none, agree.

    `rounding` is half a unit of its last digit, `kind` the tolerance; `other_runs` are published for further runs.
    """
    if not ours:
        return "not measured"
    x, y = np.asarray([published, *other_runs], np.float64), np.asarray(ours, np.float64)
    exactly = rounding + _SLACK * abs(published)
    if kind == "digits":
        return "agrees" if np.all(np.abs(y - published) <= exactly) else "disagrees"
    # Relative to our mean, so that it does not lie outside our own interval by a rounding error.
    mean, slack = float(y.mean()), rounding + _SLACK * float(np.abs(y).max())
    distance, degrees = abs(float(x.mean()) - mean), x.size + y.size - 2
    enough = degrees >= FEWEST_DEGREES
    half = _half_width(x, y, degrees) if enough else 0.0
    near = distance <= slack + half
    if kind == "runs":
        return "agrees" if near else "disagrees" if enough else "undecided"
    if near and half <= abs(mean) * (1 - 1 / FACTOR):
        return "agrees"
    if within_factor(published, mean):
        return "same order"
    return "undecided" if near else "disagrees"


def explain(figure: Figure, ours: Measured, kind: Tolerance) -> tuple[str, ...]:
    """Return the switches that alone lead away from a figure, the longest way first (both protocols have values)."""
    start = float(np.mean(ours.legacy))
    way = float(np.mean(ours.corrected)) - start
    if way == 0:
        return ()
    shares = {name: (float(np.mean(found)) - start) / way for name, found in ours.alone.items() if found}
    published = _nearness(compare(figure.value, figure.rounding, ours.legacy, kind))
    ending = [
        name
        for name, share in shares.items()
        if share >= SHARE and 0 <= _nearness(compare(figure.value, figure.rounding, ours.alone[name], kind)) < published
    ]
    return tuple(sorted(ending, key=lambda name: (-shares[name], name)))


def judge(figure: Figure, ours: Measured | None, other_runs: Sequence[float] = ()) -> Judgement:
    """Return the verdict on a figure from our values; None if there is no such system."""
    if figure.comparable == "void":
        return Judgement("void")
    if figure.comparable == "unverified":
        return Judgement("unverified")
    if ours is None:
        return Judgement("not built yet")
    kind = tolerance(figure.comparable, figure.metric)
    if kind is None:
        raise ValueError(f"line {figure.line}: no tolerance for comparable={figure.comparable!r}")
    legacy = compare(figure.value, figure.rounding, ours.legacy, kind, other_runs)
    if figure.comparable == "legacy-only":
        return Judgement(_LEGACY.get(legacy, legacy), None, legacy)
    corrected = compare(figure.value, figure.rounding, ours.corrected, kind, other_runs)
    if 0 <= _nearness(corrected) < _nearness(legacy):
        return Judgement(_LEGACY[legacy], corrected, legacy, explain(figure, ours, kind))
    if corrected == "disagrees" and legacy == "undecided":
        return Judgement("undecided", corrected, legacy)
    return Judgement(corrected, corrected, legacy)


def _nearness(comparison: Comparison) -> int:
    """Return how near a comparison found the values, -1 for one that decides nothing."""
    return _NEARNESS.get(comparison, -1)


def _half_width(x: np.ndarray, y: np.ndarray, degrees: int) -> float:
    """Return half the width of the interval for the difference of two means, of the same standard deviation."""
    squares = float(np.sum((x - x.mean()) ** 2) + np.sum((y - y.mean()) ** 2))
    t = float(stdtrit(degrees, 0.5 + LEVEL / 2))
    return t * float(np.sqrt(squares / degrees * (1 / x.size + 1 / y.size)))


def within_factor(published: float, mean: float) -> bool:
    """Return whether two positive values differ by at most `FACTOR`."""
    positive = published > 0 and mean > 0
    return positive and max(published / mean, mean / published) <= FACTOR * (1 + _SLACK)
