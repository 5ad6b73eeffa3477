"""The rule by which a number that was trained again agrees with its record. Values to verdicts; no file is opened here.

A record holds n values of a number, one for each seed; the same seeds are trained again, which gives m = n values.

- `same`: each value equals the recorded one to six digits (`SAME`), as it does on the same kind of processor with the
  same versions.
- `within`: the mean of ours lies in the prediction interval of the mean of m further runs (Hahn & Meeker, Statistical
  Intervals, 1991, chapter 4), x +- t s sqrt(1/n + 1/m): x is the recorded mean and s the spread over seeds. Another
  processor or number format rounds differently, and a training soon has nothing in common with its record but the
  seed: so we ask no more of it than of another seed. The intervals hold together: with K numbers (Bonferroni) t is the
  two-sided 1 - `LEVEL` / K point of Student's distribution, so that a machine on which nothing is wrong finds a number
  off in at most one run of a hundred, however the numbers hang together. Holm's rule would find something off in the
  same runs; ours has an interval to show.
- `off`: it lies outside, or one side lacks it.
- `no spread`: it is not the same, and no record says how far seeds lie apart. It is not judged.

The two seeds of one model say nothing alone (with one degree of freedom t is in the thousands), and a single seed has
no spread. So s is pooled over all models of the same dataset in the stages that are trained again, with a degree of
freedom for each seed but the first of a model; models of one seed, as the convolutional ones of the digits, borrow it.
Ours add nothing to it, or a wild run would excuse itself. Models of other betas have other means: s is that of
logarithms where all values are positive, and the interval a factor. A number that a record holds once and without
seeds, as those of the classifier, takes the spread of its kind of metric; an accuracy p the standard error of a share
of N test images, sqrt(p (1 - p) / N).

What the rule cannot see is an error that moves every number by less than its interval. The receipt shows each.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.01
SAME = 1e-6  # relative
_WIDEST = 700.0  # exp of more is no number: from one degree of freedom an interval may be as wide
Verdict = Literal["same", "within", "off", "no spread"]


@dataclass(frozen=True)
class Spread:
    """A standard deviation over seeds, of logarithms or of values, and its degrees of freedom."""

    sd: float
    degrees: float
    logarithmic: bool


@dataclass(frozen=True)
class Number:
    """A number of a record, "fid" say: its recorded values, those that were trained here, and the spread over seeds."""

    record: str
    name: str
    recorded: Sequence[float]
    here: Sequence[float]
    spread: Spread | None = None


@dataclass(frozen=True)
class Judged:
    """A number with its verdict and, where it has a spread, the interval of what is within it."""

    number: Number
    verdict: Verdict
    interval: tuple[float, float] | None


def pooled(models: Iterable[Sequence[float]]) -> Spread | None:
    """Return the spread over the seeds of several models, from the values of each; None if no model has two."""
    several = [np.asarray(values, np.float64) for values in models if len(values) > 1]
    if not several:
        return None
    logarithmic = all(bool(np.all(values > 0)) for values in several)
    scaled = [np.log(values) for values in several] if logarithmic else several
    degrees = sum(values.size - 1 for values in scaled)
    squares = sum(float(np.sum((values - values.mean()) ** 2)) for values in scaled)
    return Spread(math.sqrt(squares / degrees), degrees, logarithmic)


def of_share(share: float, count: int) -> Spread:
    """Return the spread of a share in [0, 1] of `count` images; one of 0 or 1 gets that of one image more or less."""
    inside = min(max(share, 1 / count), 1 - 1 / count)
    return Spread(math.sqrt(inside * (1 - inside) / count), math.inf, logarithmic=False)


def judge(numbers: Sequence[Number]) -> list[Judged]:
    """Return the verdict on each of the numbers, which are judged together."""
    count = sum(number.spread is not None for number in numbers)
    return [_judged(number, count) for number in numbers]


def _judged(number: Number, count: int) -> Judged:
    recorded, here = np.asarray(number.recorded, np.float64), np.asarray(number.here, np.float64)
    if not recorded.size or not here.size:
        return Judged(number, "off", None)
    interval = _interval(recorded, here.size, number.spread, LEVEL / count) if number.spread else None
    if recorded.size == here.size and np.all(np.abs(here - recorded) <= SAME * np.abs(recorded)):
        return Judged(number, "same", interval)
    if interval is None:
        return Judged(number, "no spread", None)
    return Judged(number, "within" if interval[0] <= here.mean() <= interval[1] else "off", interval)


def _interval(recorded: np.ndarray, runs: int, spread: Spread, level: float) -> tuple[float, float]:
    """Return the interval of the mean of `runs` further runs, at least as wide as what counts as the same."""
    mean, quantile = float(recorded.mean()), -float(stdtrit(spread.degrees, level / 2))
    half = quantile * spread.sd * math.sqrt(1 / recorded.size + 1 / runs)
    if spread.logarithmic and mean > 0:
        factor = math.exp(min(max(half, SAME), _WIDEST))
        return mean / factor, mean * factor
    half = max(half, SAME * abs(mean))
    return mean - half, mean + half
