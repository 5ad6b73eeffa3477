"""The stick-breaking model: its training curves, and the mean weights of its sticks beside the prior's."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tfvae.errors import Refused
from tfvae.plotting import curves as training
from tfvae.plotting import style

SAME = 0.05  # of the whole: below it the posterior's mean weights pass for the prior's


def expected_stick_weights(count: int, concentration: float) -> NDArray[np.float64]:
    """Return the mean weight of each stick under the prior v_k ~ Beta(1, a), the last stick taking the remainder.

    E[pi_k] = E[v_k] prod_{j<k} (1 - E[v_j]) = (1 / (1 + a)) (a / (1 + a))^(k - 1) for k < K, because the fractions are
    independent with E[v] = 1 / (1 + a), and E[pi_K] = (a / (1 + a))^(K - 1). (Nalisnick & Smyth, 2017, section 2.2,
    https://arxiv.org/abs/1605.06197.) They have the shape (K,) and the sum 1.

    Raises:
        Refused: if the number of sticks K is below 1, or the concentration a is not finite and above 0.
    """
    if count < 1 or not 0 < concentration < float("inf"):
        raise Refused(
            "expected_stick_weights needs count >= 1 and a finite concentration above 0. "
            f"Received: count={count}, concentration={concentration}"
        )
    left = np.float64(concentration / (1 + concentration)) ** np.arange(count, dtype=np.float64)
    weights = left / np.float64(1 + concentration)
    weights[-1] = left[-1]
    return weights


@style.styled
def stick_breaking(
    curves: pd.DataFrame,
    sticks: Sequence[float],
    concentration: float,
    *,
    title: str,
    pixels: int = 784,
    floors: Mapping[str, float] | None = None,
) -> Figure:
    """Return the four training curves of a stick-breaking model above the mean weights of its sticks.

    Arguments as of `tfvae.plotting.training_curves`. `sticks` (K,) are the mean weights over the test
    images; the prior is Beta(1, concentration).
    """
    figure = style.new_figure(13.5, 7, title, training.lines_note(curves))
    grid = figure.add_gridspec(2, 4, height_ratios=(1, 1.05))
    for column, metric in enumerate(training.METRICS):
        axes = figure.add_subplot(grid[0, column])
        name, unit = training.panel_titles(pixels, weighted=False)[metric]
        axes.set_title(name, fontsize=10)
        axes.set(ylabel=unit, xlabel="training step")
        training.draw_metric(axes, curves, metric, floors if metric == "fid" else None, named=False)
    _draw_sticks(figure.add_subplot(grid[1, :]), np.asarray(sticks, dtype=np.float64), concentration)
    return figure


def _draw_sticks(axes: Axes, weights: NDArray[np.float64], concentration: float) -> None:
    expected = expected_stick_weights(len(weights), concentration)
    numbers = np.arange(1, len(weights) + 1)
    axes.bar(numbers, weights, width=0.66, color=style.STICK_BREAKING_COLOR, alpha=0.85,
             label="posterior, mean over test images")  # fmt: skip
    axes.plot(numbers, expected, linestyle="none", marker="_", markersize=26, markeredgewidth=2.4, color=style.INK,
              label=f"expected under the prior Beta(1, {concentration:g})")  # fmt: skip
    moved = float(np.abs(weights - expected).sum() / 2)
    verdict = "are the prior's, but for" if moved < SAME else "differ from the prior's by"
    means = f"The means {verdict} {moved:.1%} of the whole"
    axes.set_title(f"Mean weight of each stick; the last one holds what is left. {means}")
    axes.set(xlabel="stick", ylabel="share of the whole", xticks=numbers, xlim=(0.4, len(weights) + 0.6))
    axes.grid(False, axis="x")
    axes.legend(loc="upper right", markerscale=0.5, frameon=True, facecolor="white", edgecolor="none", framealpha=1)
