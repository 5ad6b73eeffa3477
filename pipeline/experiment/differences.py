"""Differences between two versions of a record, and whether they are larger than the noise of seeds.

The interval is Welch's for the difference of two means with unequal spreads (Biometrika 34, 1947; degrees of freedom by
Satterthwaite, Biometrics Bulletin 2, 1946). Equal seeds are no pairs: between any two betas of the dense models of
MNIST and Fashion-MNIST, five seeds each, their values correlate by -0.08 on average (FID, TVD, KL, MSE), and pairs
would leave 4 degrees of freedom in place of up to 8.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from scipy.special import stdtrit

LEVEL = 0.95
Verdict = Literal["clear", "within seeds", "one seed", "new", "gone"]


@dataclass(frozen=True)
class Sample:
    """A metric over n seeds: mean and standard deviation (ddof 1; None for one seed)."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class Difference:
    """A metric before and after a change; None on a side that does not have it."""

    metric: str
    before: Sample | None
    after: Sample | None

    @property
    def change(self) -> float | None:
        """Mean after minus mean before."""
        return self.after.mean - self.before.mean if self.before and self.after else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Interval of the change at `LEVEL`; None where a side has one seed, which shows no noise."""
        before, after, change = self.before, self.after, self.change
        if not before or not after or change is None or before.sd is None or after.sd is None:
            return None
        error = math.hypot(before.sd / math.sqrt(before.n), after.sd / math.sqrt(after.n))
        if error == 0:
            return change, change
        share = (before.sd / error) ** 2 / before.n  # of the variance
        degrees = 1 / (share**2 / (before.n - 1) + (1 - share) ** 2 / (after.n - 1))
        half = float(stdtrit(degrees, (1 + LEVEL) / 2)) * error
        return change - half, change + half

    @property
    def verdict(self) -> Verdict:
        """Whether the change is larger than noise: "clear" where its interval leaves out 0."""
        if not self.before or not self.after:
            return "new" if self.after else "gone"
        if self.interval is None:
            return "one seed"
        return "within seeds" if self.interval[0] <= 0 <= self.interval[1] else "clear"


def differences(before: Any, after: Any) -> list[Difference]:
    """Return the metrics that differ between two contents of a JSON file (None: no file), what is gone last."""
    old, new = dict(samples(before)), dict(samples(after))
    both = (Difference(metric, old.get(metric), new.get(metric)) for metric in {**new, **old})
    return [one for one in both if one.before != one.after]


def samples(content: Any, name: str = "", n: int = 1) -> Iterator[tuple[str, Sample]]:
    """Yield the dotted name and the sample of each metric: a mapping with a "mean" and an "sd".

    The number of seeds is its "n", or else that of the mapping around it. Entries of a list go by their "name" where
    each has its own, else by their position.
    """
    if isinstance(content, list):
        names = [part["name"] for part in content if isinstance(part, dict) and "name" in part]
        content = dict(zip(names if len(set(names)) == len(content) else range(len(content)), content, strict=True))
    if not isinstance(content, dict):
        return
    n = content.get("n", n)
    if content.keys() >= {"mean", "sd"}:
        yield name, Sample(content["mean"], content["sd"], n)
    else:
        for key, part in content.items():
            yield from samples(part, f"{name}.{key}" if name else str(key), n)
