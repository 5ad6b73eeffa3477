"""Scores of disentanglement: how they follow the strength of a method, how they agree, and latents ranked by use."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import ArrayLike

from tfvae.errors import Refused
from tfvae.plotting import images, scores, style

_MARKERS = "osD^vP"
_ACROSS = 5  # panels in a row
_APART = 1.04  # ratio of the places of two methods with the same strength

Lines = Mapping[str, Mapping[float, Sequence[float]]]


@style.styled
def scores_by_strength(
    panels: Mapping[str, Lines],
    floors: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    title: str,
    label: str,
    note: str | None = None,
) -> Figure:
    """Return a panel for each score, with a line for each method: its mean over seeds, and bars to the extreme ones.

    Args:
        panels: by score, by method, by strength (above 0): one value per seed. Higher ones are better.
        floors: by score, by name: the values that anything has to beat, drawn as bands from the lowest to the highest.
        title: of the figure.
        label: the name of the strengths.
        note: what else to know.

    Raises:
        Refused: if a strength is not above 0, or has no value.
    """
    points = [
        (place, values) for lines in panels.values() for of in lines.values() for place, values in of.items()
    ]  # fmt: skip
    if not points or min(place for place, _ in points) <= 0 or not all(len(values) for _, values in points):
        raise Refused(f"every method needs strengths above 0, each with a value. Received: {dict(panels)}")
    across = min(_ACROSS, len(panels))
    down = -(-len(panels) // across)
    seeds = scores.of_seeds([len(values) for _, values in points])
    how = f"mark: mean over seeds ({seeds}); bar: lowest to highest; {scores.HIGHER}"
    figure = style.new_figure(2.55 * across + 1.6, 2.35 * down + 1.0, title, f"{how}. {note}" if note else how)
    cells = style.grid_axes(figure, down, across)
    for number, (axes, (score, lines)) in enumerate(zip(cells, panels.items(), strict=False)):
        _draw_lines(axes, lines)
        _draw_floors(axes, floors.get(score, {}))
        axes.set_title(score, fontsize=10)
        axes.set_ylim(bottom=0)
        _strengths(axes, label if number >= len(panels) - across else "")
    for axes in cells[len(panels) :]:
        axes.set_axis_off()
    named = {name: one for axes in cells for one, name in zip(*axes.get_legend_handles_labels(), strict=True)}
    figure.legend(list(named.values()), list(named), loc="outside right upper")
    return figure


def _draw_lines(axes: Axes, lines: Lines) -> None:
    for number, (method, of) in enumerate(lines.items()):
        strengths = np.array(sorted(of))
        values = [np.asarray(of[strength], np.float64) for strength in strengths.tolist()]
        means = np.array([one.mean() for one in values])
        reach = [means - [one.min() for one in values], [one.max() for one in values] - means]
        axes.errorbar(
            strengths * _APART ** (number - (len(lines) - 1) / 2), means, yerr=np.maximum(reach, 0),
            color=to_hex(matplotlib.colormaps["tab10"](number % 10)), marker=_MARKERS[number % len(_MARKERS)],
            markersize=5, linewidth=1.4, elinewidth=1.2, label=method,
        )  # fmt: skip


def _draw_floors(axes: Axes, floors: Mapping[str, Sequence[float]]) -> None:
    for (name, values), dashes in zip(floors.items(), ((0, (4, 2)), (0, (1, 1.5))), strict=False):
        axes.axhspan(min(values), max(values), color=style.FAINT, alpha=0.2, linewidth=0)
        axes.axhline(float(np.mean(values)), color=style.INK, linewidth=1.1, linestyle=dashes, label=name)


def _strengths(axes: Axes, label: str) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel(label, fontsize=9)


@style.styled
def correlation_map(
    correlations: Mapping[str, Mapping[str, float | None]], *, title: str, note: str | None = None
) -> Figure:
    """Return a map of the rank correlations (from -1 to 1) of scores, {score: {score: correlation, None: unknown}}."""
    names = list(correlations)
    values = np.array(
        [[np.nan if (one := correlations[row][name]) is None else one for name in names] for row in names]
    )
    side = 0.56 * len(names)
    figure = style.new_figure(side + 2.9, side + 1.9, title, note)
    axes = figure.add_subplot()
    drawn = axes.imshow(values, cmap="RdBu", vmin=-1, vmax=1)
    for (row, column), value in np.ndenumerate(values):
        text = "–" if np.isnan(value) else f"{value:.2f}".replace("-", style.MINUS)  # noqa: RUF001
        axes.text(column, row, text, ha="center", va="center", fontsize=8.5,
                  color="white" if abs(value) > 0.65 else style.INK)  # fmt: skip
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(False)
    bar = figure.colorbar(drawn, ax=axes, shrink=0.7, label="rank correlation", ticks=(-1, -0.5, 0, 0.5, 1))
    bar.outline.set_visible(False)
    return figure


@style.styled
def ranked_traversals(
    models: Mapping[str, tuple[ArrayLike, Sequence[str]]], *, title: str, note: str | None = None
) -> Figure:
    """Return one grid per model: a named row for each latent dimension, decoded along it from left to right.

    The grids are (dimensions, points, H, W, C), uint8 or floats in [0, 1]; the names as many as dimensions.
    """
    grids = {name: (np.asarray(grid), names) for name, (grid, names) in models.items()}
    rows, columns = (max(grid.shape[axis] for grid, _ in grids.values()) for axis in (0, 1))
    figure = style.new_figure((0.5 * columns + 1.0) * len(grids) + 0.2, 0.5 * rows + 1.3, title, note)
    for axes, (name, (grid, names)) in zip(style.grid_axes(figure, 1, len(grids)), grids.items(), strict=True):
        images.show(axes, images.tile(grid, gap=1))
        images.name_rows(axes, list(names), grid.shape[2], gap=1)
        axes.tick_params(axis="y", labelsize=9)
        axes.set_title(name)
    return figure
