"""Two searches side by side: what each found in the plane of FID and TVD, on which seeds, and at what cost."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from tfvae.evaluation.pareto import pareto_front
from tfvae.plotting import labels, scores, style

_COLORS = (style.BLUE, style.RED)
_TITLES = {"fid": "FID", "tvd": "TVD"}


@style.styled
def two_searches(
    searches: Mapping[str, Sequence[Mapping[str, Any]]],
    confirmed: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]],
    *,
    title: str,
    unit: str,
    note: str | None = None,
) -> Figure:
    """Return four panels on two searches, the first one blue and the second one red.

    Above: what was tried, with the staircase of each Pareto front; and models of both fronts on further seeds, the mean
    and one standard deviation to either side. Below: the lowest FID and the lowest TVD so far, over the cost so far.

    Args:
        searches: by name, what each tried, in this order: "fid", "tvd", "cost", and whether it is "complete"; what is
            not stands as a cross, and neither on a front nor among the lowest.
        confirmed: by name of the search, and of the model, the values of each seed as "fid" and "tvd".
        title: the figure's.
        unit: of the cost.
        note: stands below.
    """
    figure = style.new_figure(10, 8.4, title, note)
    tried, again, *courses = style.grid_axes(figure, 2, 2)
    for (name, trials), color in zip(searches.items(), _COLORS, strict=False):
        _draw_tried(tried, name, trials, color)
        _draw_seeds(again, confirmed.get(name, {}), color)
        for axes, metric in zip(courses, _TITLES, strict=True):
            _draw_course(axes, trials, metric, color)
    for axes, about in ((tried, "one seed: all that was tried"), (again, "further seeds: models of both fronts")):
        axes.set(title=about, xlabel=scores.titled("FID", "fid"), ylabel=scores.titled("TVD", "tvd"))
        _logarithmic(axes, "x")
        axes.margins(0.08)
    for axes, (metric, name) in zip(courses, _TITLES.items(), strict=True):
        axes.set(title=f"lowest {name} so far", xlabel=f"cost so far, {unit}", ylabel=scores.titled(name, metric))
        axes.set_xlim(left=0)
        _logarithmic(axes, "y")
    tried.legend(loc="upper left", handletextpad=0.3)  # where a search finds nothing: low FID with high TVD
    shown = [
        (name, _centre(values), color)
        for search, color in zip(searches, _COLORS, strict=False)
        for name, values in confirmed.get(search, {}).items()
    ]
    if shown:
        figure.draw_without_rendering()  # the names are placed in the chart's final size
        _write_names(again, shown)
    return figure


def _draw_tried(axes: Axes, name: str, trials: Sequence[Mapping[str, Any]], color: str) -> None:
    complete, others = _places(trials, complete=True), _places(trials, complete=False)
    best = complete[pareto_front(complete)]
    best = best[np.argsort(best[:, 0])]
    axes.step(best[:, 0], best[:, 1], where="post", color=color, linewidth=1.2, alpha=0.6, zorder=2)
    label = f"{name} ({len(complete)})"
    axes.scatter(complete[:, 0], complete[:, 1], color=color, label=label, s=34, linewidth=0, alpha=0.85, zorder=4)
    if len(others):
        label = f"{name}, ended early ({len(others)})"
        axes.scatter(
            others[:, 0], others[:, 1], marker="x", color=color, label=label, s=24, linewidth=1, alpha=0.45, zorder=3
        )


def _places(trials: Sequence[Mapping[str, Any]], *, complete: bool) -> NDArray[np.float64]:
    """Return the places in the plane, (N, 2), of those that are complete, or of the others."""
    rows = [[trial[metric] for metric in _TITLES] for trial in trials if trial["complete"] is complete]
    return np.array(rows, np.float64).reshape(-1, 2)


def _draw_seeds(axes: Axes, models: Mapping[str, Mapping[str, Sequence[float]]], color: str) -> None:
    for values in models.values():
        (fid, tvd), (across, along) = _centre(values), (_deviation(values[metric]) for metric in _TITLES)
        axes.errorbar(fid, tvd, xerr=min(across, 0.99 * fid), yerr=along, fmt="o", markersize=6, color=color, zorder=3)


def _centre(values: Mapping[str, Sequence[float]]) -> list[float]:
    return [float(np.mean(values[metric])) for metric in _TITLES]


def _write_names(axes: Axes, models: Sequence[tuple[str, list[float], str]]) -> None:
    """Write the names beside their points, as far as there is room."""
    names, points, colors = zip(*models, strict=True)
    offsets = [(*labels.AROUND, *labels.FAR)] * len(names)
    labels.label_points(axes, np.array(points), names, colors, offsets, size=8)


def _deviation(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def _draw_course(axes: Axes, trials: Sequence[Mapping[str, Any]], metric: str, color: str) -> None:
    spent = list(accumulate(float(one["cost"]) for one in trials))
    lowest = list(accumulate((float(one[metric]) if one["complete"] else np.inf for one in trials), min))
    places = [place for place, value in enumerate(lowest) if np.isfinite(value)]
    axes.step([spent[i] for i in places], [lowest[i] for i in places], where="post", color=color, linewidth=1.8,
              marker="o", markersize=3)  # fmt: skip


def _logarithmic(axes: Axes, which: str) -> None:
    """Set a logarithmic scale with plain numbers, where all values allow it."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    if axis.get_data_interval()[0] <= 0:
        return
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    low, high = axis.get_data_interval()
    if not np.isfinite([low, high]).all():
        return
    nice = [factor * 10.0**power for power in range(-4, 8) for factor in (1, 2, 3, 5)]
    ticks = [tick for tick in nice if 0.8 * low <= tick <= 1.25 * high]
    axis.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())
