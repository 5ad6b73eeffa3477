"""Models compared by their samples: scores with their spread over seeds, code maps, sheets of samples, sweeps."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.images import to_bytes
from tfvae.plotting import images, style
from tfvae.plotting.curves import SEEDS_FOR_A_BAND
from tfvae.plotting.scores import HIGHER, LOWER, of_seeds, seeds


@style.styled
def score_bars(
    scores: Mapping[str, Sequence[float]],
    *,
    title: str,
    label: str,
    references: Mapping[str, float] | None = None,
    colors: Mapping[str, str] | None = None,
    note: str | None = None,
) -> Figure:
    """Return a bar per model: the mean over its seeds, each seed a dot, from three seeds up a line of one deviation.

    The means stand in a column to the right, with a word where there is but one seed.

    Args:
        scores: by model, one value per seed, in the order of the bars from top to bottom.
        title: of the figure.
        label: the name of the score.
        references: by name, the values of dashed lines.
        colors: of models; blue without.
        note: what else to know.

    Raises:
        Refused: if a model has no value.
    """
    if not all(scores.values()):
        raise Refused(f"Every model needs a score. Received: {dict(scores)}")
    counts = [len(values) for values in scores.values()]
    how = f"bar: mean over seeds; dot: seed ({of_seeds(counts)})"
    how += "; line: one standard deviation" if max(counts) >= SEEDS_FOR_A_BAND else ""
    figure = style.new_figure(8.6, 0.34 * len(scores) + 1.7, title, f"{how}; {note}" if note else how)
    axes = figure.add_subplot()
    for place, (model, values) in enumerate(scores.items()):
        mean, color = float(np.mean(values)), (colors or {}).get(model, style.BLUE)
        axes.barh(place, mean, height=0.7, color=color, alpha=0.75, linewidth=0)
        axes.plot(values, np.full(len(values), place), "o", markersize=3.2, color=style.INK, alpha=0.8, linewidth=0)
        spread = float(np.std(values, ddof=1)) if len(values) >= SEEDS_FOR_A_BAND else 0.0
        if spread:
            axes.errorbar(mean, place, xerr=spread, color=style.INK, linewidth=1.1, capsize=3)
        number = _three_digits(mean) + (f"  ({seeds(1)})" if len(values) == 1 else "")
        axes.annotate(number, (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)
    highest = max([*(references or {}).values(), *(max(values) for values in scores.values())])
    for name, value in (references or {}).items():
        _draw_reference(axes, f"{name}: {_three_digits(value)}", value, 1 if value < highest / 2 else -1)
    axes.set_yticks(range(len(scores)), list(scores))
    axes.set_ylim(len(scores) - 0.4, -1.1)
    axes.set_xlim(0, 1.08 * highest)
    axes.set_xlabel(label)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    return figure


def _draw_reference(axes: Axes, text: str, value: float, side: int) -> None:
    """Draw a dashed line with its text to the left (-1) or the right (1), where there is room for it."""
    axes.axvline(value, color=style.INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0.9)
    axes.annotate(text, (value, -0.75), xytext=(3 * side, 0), textcoords="offset points", va="center", fontsize=8.5,
                  ha="left" if side > 0 else "right", color=style.FAINT, path_effects=style.halo())  # fmt: skip


def color_codes(codes: ArrayLike, num_codes: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return codes as images: each code a colour, enlarged to (or nearly to, whole pixels each) a size.

    Codes (N, h, w), integers from 0 to num_codes - 1, become (N, *size, 3) uint8; colours from violet to yellow stand
    for the first to the last.
    """
    grid = np.asarray(codes)
    shades = matplotlib.colormaps["viridis"](np.linspace(0, 1, num_codes))[:, :3]
    pictures: NDArray[np.uint8] = np.rint(255 * shades[grid]).astype(np.uint8)
    rows, columns = (np.arange(length) * count // length for length, count in zip(size, grid.shape[1:], strict=True))
    return np.asarray(pictures[:, rows][:, :, columns])


@style.styled
def code_maps(
    originals: ArrayLike, codes: ArrayLike, reconstructions: ArrayLike, num_codes: int, *, title: str
) -> Figure:
    """Return test images (N, H, W, C), their codes (N, h, w), and the images decoded from these, one row each.

    Images are uint8 or floats in [0, 1].
    """
    first, decoded = (
        np.broadcast_to(to_bytes(array), (*np.shape(array)[:-1], 3)) for array in (originals, reconstructions)
    )
    height, width = first.shape[1:3]
    rows = np.stack([first, color_codes(codes, num_codes, (height, width)), decoded])
    figure = style.new_figure(0.72 * len(first) + 1.7, 3.0, title)
    axes = figure.add_subplot()
    images.show(axes, images.tile(rows))
    images.name_rows(axes, ["original", "codes", "reconstruction"], height)
    return figure


@style.styled
def sample_sheets(sheets: Mapping[str, ArrayLike], *, title: str, columns: int, note: str | None = None) -> Figure:
    """Return a grid for each model of its samples, (N, H, W, C), uint8 or floats in [0, 1]."""
    arrays = {name: images.in_rows(sheet, columns) for name, sheet in sheets.items()}
    rows = max(map(len, arrays.values()))
    across = min(4, len(arrays))
    down = -(-len(arrays) // across)
    figure = style.new_figure((0.34 * columns + 0.25) * across + 0.2, (0.34 * rows + 0.45) * down + 0.6, title, note)
    cells = style.grid_axes(figure, down, across)
    for axes, (name, sheet) in zip(cells, arrays.items(), strict=False):
        images.show(axes, images.tile(sheet, gap=1))
        axes.set_title(name, loc="center", fontsize=10)
    for axes in cells[len(arrays) :]:
        axes.set_axis_off()
    return figure


@style.styled
def sweep_tables(
    panels: Mapping[str, ArrayLike],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    axes_names: tuple[str, str],
    lower: Mapping[str, bool] | None = None,
    note: str | None = None,
) -> Figure:
    """Return a table (rows, columns) of numbers per measure; the better a cell, the darker.

    The `axes_names` are those of the rows' and of the columns' parameter; `lower` says of a measure whether lower is
    better. The cells of one that it does not name are white.
    """
    how = "darker: better; white: neither better nor worse"
    figure = style.new_figure(2.3 * len(panels) + 0.9, 0.5 * len(rows) + 2.1, title, f"{how}; {note}" if note else how)
    cells = style.grid_axes(figure, 1, len(panels))
    for position, (axes, (measure, table)) in enumerate(zip(cells, panels.items(), strict=True)):
        values, sign = np.asarray(table, np.float64), {True: -1, False: 1, None: 0}[(lower or {}).get(measure)]
        axes.imshow(_ranked(sign * values), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            axes.text(column, row, _three_digits(value), ha="center", va="center", fontsize=10)
        axes.set_title(f"{measure}\n{('', HIGHER, LOWER)[sign]}", loc="center", fontsize=10)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows if position == 0 else [""] * len(rows))
        axes.set_xlabel(axes_names[1])
        if position == 0:
            axes.set_ylabel(axes_names[0])
        axes.tick_params(length=0)
        axes.grid(False)
        axes.spines[:].set_visible(False)
    return figure


def _ranked(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shades from 0 to 0.5, the best the darkest, pale enough for dark letters; 0 where all are equal."""
    span = float(np.ptp(values))
    return np.zeros(values.shape) if span == 0 else 0.5 * (values - values.min()) / span


def _three_digits(value: float) -> str:
    """Return a number with three digits; trailing zeros are kept, so that a column of numbers aligns."""
    return f"{value:#.3g}".removesuffix(".")
