"""Which trials go on: successive halving (Jamieson & Talwalkar, 2016, arXiv:1502.07943) by two objectives.

Optuna ends no trial of a study with several objectives, so the rule is ours. After each rung, a number of steps, the
trials that have come so far are put in order: by the Pareto front that they are on, the first being that which no rival
beats, then by the sum of their ranks in either objective, then by their number. Rivals are all that were measured after
as many steps, in this wave or an earlier one. Those among the first share of them go on.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.evaluation.pareto import pareto_front


def fronts(costs: NDArray[np.float64]) -> list[int]:
    """Return for each of the rows of costs (N, M) the number of its Pareto front: 0, if no other beats it.

    Front k is what no other beats once the fronts before it are taken away (Deb et al., 2002, section III.A).
    """
    numbers, left, front = np.zeros(len(costs), int), np.arange(len(costs)), 0
    while len(left):
        first = pareto_front(costs[left])
        numbers[left[first]] = front
        left, front = np.delete(left, first), front + 1
    return [int(number) for number in numbers]


def ordered(measured: Mapping[int, Sequence[float]]) -> list[int]:
    """Return the numbers of trials, the best first; `measured` has the costs of each, in which equal ones are equal."""
    numbers = sorted(measured)
    costs = np.array([measured[number] for number in numbers], float).reshape(len(numbers), -1)
    ranks = (costs[:, None] > costs[None]).sum(axis=1).sum(axis=1)  # how many rivals are better, in each cost
    keys = zip(fronts(costs), ranks.tolist(), numbers, strict=True)
    return [number for *_, number in sorted(keys)]


def going_on(measured: Mapping[int, Sequence[float]], keep: float) -> set[int]:
    """Return the numbers of the trials that are among the first share `keep` of all, at least one."""
    return set(ordered(measured)[: ceil(keep * len(measured))])


def front_of(trials: Sequence[Mapping[str, Any]], objectives: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the trials that no other beats."""
    costs = np.array([[trial[name] for name in objectives] for trial in trials], float).reshape(-1, len(objectives))
    return [trials[position] for position in pareto_front(costs)]
