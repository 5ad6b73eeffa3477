"""Test whether a metric improves consistently while models train.

The trend of one run is judged by the Mann-Kendall test (Mann, 1945, https://doi.org/10.2307/1907187; Kendall, 1975,
Rank Correlation Methods), its size by the noise of the metric itself.
"""

import functools
import math

import numpy as np
from numpy.typing import ArrayLike

from tfvae.arguments import as_number
from tfvae.errors import Refused
from tfvae.evaluation.features import as_numbers

# Up to this length the null distribution is enumerated exactly; beyond it the normal approximation is close enough.
EXACT_LENGTH = 50


def mann_kendall_decreasing(series: ArrayLike) -> tuple[int, float]:
    """Return Kendall's statistic S of a series and the one-sided p-value of a decreasing trend.

    S = sum_{i < j} sign(x_j - x_i), from -n (n - 1) / 2 (always falling) to n (n - 1) / 2. The p-value is the
    probability of a value at most S when all orders of the series are equally likely. It is exact, also with ties
    (orders of the same values, ties included), up to 50 periods; for longer series it is the normal approximation
    with the variance corrected for ties and for continuity.

    Five periods: S = -10 has p = 1/120, S = -8 has p = 5/120. Fewer than four can never be significant at 5 %.

    Raises:
        Refused: if the series is not a vector of at least two finite values.
    """
    x = as_numbers(series, "series")
    if x.ndim != 1 or len(x) < 2:
        raise Refused(f"series must be a vector of at least 2 values. Received: series.shape={x.shape}")
    statistic = sum(int(np.sign(x[i + 1 :] - x[i]).sum()) for i in range(len(x)))
    ties = tuple(sorted(np.unique(x, return_counts=True)[1].tolist()))
    probability = _exact_p if len(x) <= EXACT_LENGTH else _normal_p
    return statistic, probability(statistic, ties)


def is_consistent(runs: ArrayLike, noise_sd: ArrayLike, share: float = 0.8, level: float = 0.05) -> bool:
    """Return whether a metric that should fall does so, clearly, in most runs.

    A run counts if (a) its decreasing trend is significant, `mann_kendall_decreasing(run)[1] <= level`, and (b) its
    first and last values differ by at least three times the noise of the metric.

    Args:
        runs: the metric over training, (runs, periods), at least 3 runs of at least 2 periods.
        noise_sd: standard deviation of the metric when the samples of a fixed model are drawn again; one number, or
            one per run, (runs,).
        share: the share of runs that must count, in (0, 1].
        level: the level of the test, in (0, 1).

    Raises:
        Refused: if there are fewer than 3 runs or 2 periods, a value is not finite, `noise_sd` has another shape or
            is negative, or `share` or `level` is outside its range.
    """
    x, noise = as_numbers(runs, "runs"), as_numbers(noise_sd, "noise_sd")
    if x.ndim != 2 or x.shape[0] < 3 or x.shape[1] < 2:
        raise Refused(f"runs must have at least 3 rows and 2 columns (runs, periods). Received: shape={x.shape}")
    if noise.shape not in ((), (len(x),)) or (noise < 0).any():
        raise Refused(
            f"noise_sd must be one number >= 0, or one per run ({len(x)}). Received: noise_sd={noise.tolist()}"
        )
    as_number(share, "share", "(0, 1]")
    as_number(level, "level", "(0, 1)")
    falling = np.array([mann_kendall_decreasing(run)[1] <= level for run in x])
    clear = np.abs(x[:, 0] - x[:, -1]) >= 3.0 * noise
    # In floating point 0.8 * 5 may exceed 4: compare with a margin far below the share of one run.
    return bool(np.count_nonzero(falling & clear) >= share * len(x) - 1e-9)


def _exact_p(statistic: int, ties: tuple[int, ...]) -> float:
    """Return P(S <= statistic) over all orders of a series with values that occur `ties` times.

    S = pairs - 2 inversions, where tied values form no pair. The number of orders is the same for v inversions and for
    pairs - v, so P(S <= s) is the share of the orders with at most (pairs + s) / 2 inversions.
    """
    counts = _inversion_counts(ties)
    pairs = len(counts) - 1
    return sum(counts[: (pairs + statistic) // 2 + 1]) / sum(counts)


@functools.lru_cache(maxsize=64)
def _inversion_counts(ties: tuple[int, ...]) -> tuple[int, ...]:
    """Return how many orders of a multiset have 0, 1, 2, ... inversions, as exact integers.

    Their generating function is the Gaussian multinomial coefficient (MacMahon, 1913; Stanley, Enumerative
    Combinatorics 1, prop. 1.7.1): prod_{i <= n} (1 - q^i) / prod_{t in ties} prod_{j <= t} (1 - q^j).
    """
    n = sum(ties)
    pairs = math.comb(n, 2) - sum(math.comb(t, 2) for t in ties)
    counts = [1] + [0] * pairs
    for j in (j for t in ties for j in range(1, t + 1)):
        for power in range(j, pairs + 1):
            counts[power] += counts[power - j]
    for i in range(1, n + 1):
        for power in range(pairs, i - 1, -1):
            counts[power] -= counts[power - i]
    return tuple(counts)


def _normal_p(statistic: int, ties: tuple[int, ...]) -> float:
    n = sum(ties)
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if variance == 0:
        return 1.0  # All values are equal: every order has S = 0.
    return 0.5 * math.erfc(-(statistic + 1) / math.sqrt(2.0 * variance))
