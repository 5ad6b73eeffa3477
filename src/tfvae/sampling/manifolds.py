"""Grids of latents, to show the manifold that a model has learned (Kingma & Welling, 2014, appendix A).

A grid that is linear in the *probability* of each coordinate is mapped through the inverse CDF of its prior, so equal
areas of the picture have equal probability under the prior.

Orientation of all grids: [row, column], (points, points, ·). The first coordinate grows with the row, from the top of
the picture to its bottom, the second with the column, from left to right. `low` and `high` are the probabilities at the
ends of both. All refuse `points` below 2, and low and high unless 0 < low < high < 1.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tfvae.arguments import as_count, as_number


def quantile_grid(points: int, low: float = 0.05, high: float = 0.95) -> NDArray[np.float64]:
    """Return a linear grid of pairs of probabilities: entry [i, j] is (q_i, q_j), q evenly spaced from low to high."""
    points = as_count(points, "points", 2)
    as_number(low, "low", f"(0, {as_number(high, 'high', '(0, 1)')})")
    axis = np.linspace(low, high, points)
    return np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)


def gaussian_grid(points: int, low: float = 0.05, high: float = 0.95) -> NDArray[np.float64]:
    """Return a grid of two-dimensional latents for the prior N(0, I): the inverse normal CDF of `quantile_grid`."""
    grid: NDArray[np.float64] = ndtri(quantile_grid(points, low, high))
    return grid


def stick_breaking_grid(
    points: int, concentration: float, low: float = 0.05, high: float = 0.95
) -> NDArray[np.float64]:
    """Return a grid of latents of three sticks for the stick-breaking prior (two free dimensions).

    The two fractions have the prior v ~ Beta(1, concentration), with the quantile function
    v(q) = 1 - (1 - q)^(1 / concentration) (Nalisnick & Smyth, 2017, https://arxiv.org/abs/1605.06197). Entry [i, j] is
    (v_1, v_2 (1 - v_1), (1 - v_1) (1 - v_2)) with v_1 = v(q_i) and v_2 = v(q_j): weights in [0, 1] that sum to 1.

    Raises:
        Refused: also if the concentration is not finite and at least 0.01.
    """
    as_number(concentration, "concentration", "[0.01, inf)")
    # 1 - v = (1 - q)^(1 / concentration). Its logarithm keeps the digits of a v that is close to 0.
    log_rest = np.log1p(-quantile_grid(points, low, high)) / concentration
    v, rest = -np.expm1(log_rest), np.exp(log_rest)
    return np.stack([v[..., 0], v[..., 1] * rest[..., 0], rest[..., 0] * rest[..., 1]], axis=-1)
