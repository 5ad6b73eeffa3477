"""Models side by side: a panel per measure with a dot per seed, and the parts of their losses over the epochs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tfvae.plotting import scores, style

PARTS = {"loss": "loss", "distortion": "reconstruction error", "kl": "KL divergence"}
ACROSS = 4  # panels in a row
SKIPPED = 0.1  # share of the epochs, the first ones, that a panel leaves out where they take more than half of it


@style.styled
def seed_dots(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    title: str,
    colors: Mapping[str, str],
    note: str | None = None,
) -> Figure:
    """Return one panel per measure: each model's mean over its seeds as a line with its number, and a dot per seed.

    Axes of values that are never below 0 begin there. The `colors` are by the models' names.
    """
    across = min(ACROSS, len(panels)) if len(panels) % 3 or len(panels) > 6 else 3
    down = -(-len(panels) // across)
    how = "line: mean over seeds; dot: seed"
    figure = style.new_figure(2.6 * across + 0.4, 3.1 * down + 0.6, title, f"{how}. {note}" if note else how)
    cells = style.grid_axes(figure, down, across)
    for axes, (measure, models) in zip(cells, panels.items(), strict=False):
        _draw_dots(axes, models, colors)
        axes.set_title(measure, fontsize=10)
    for axes in cells[len(panels) :]:
        axes.set_axis_off()
    return figure


def _draw_dots(axes: Axes, models: Mapping[str, Sequence[float]], colors: Mapping[str, str]) -> None:
    for position, (name, values) in enumerate(models.items()):
        mean = float(np.mean(values))
        axes.plot([position] * len(values), values, "o", color=colors[name], markersize=5, alpha=0.6)
        axes.hlines(mean, position - 0.3, position + 0.3, color=colors[name], linewidth=2.2)
        axes.annotate(f"{mean:.3g}", (position, max(values)), xytext=(0, 7), textcoords="offset points", ha="center",
                      fontsize=8.5, color=colors[name], path_effects=style.halo())  # fmt: skip
    lowest, highest = min(0.0, *map(min, models.values())), max(0.0, *map(max, models.values()))
    room = 0.2 * (highest - lowest) or 1.0
    axes.set_ylim(lowest - 0.5 * room if lowest < 0 else 0, highest + room)
    axes.axhline(0, color=style.FAINT, linewidth=0.8, zorder=0.9)
    axes.set_xticks(range(len(models)), [name.replace(" ", "\n") for name in models])
    axes.set_xlim(-0.6, len(models) - 0.4)
    axes.grid(False, axis="x")


@style.styled
def held_out_curves(
    histories: Mapping[str, Sequence[pd.DataFrame]],
    *,
    title: str,
    colors: Mapping[str, str],
    note: str | None = None,
) -> Figure:
    """Return each model's loss and its two parts over the epochs: on training images dashed, held-out ones solid.

    A history, one per seed, is a table with columns epoch, loss and validation_loss (nats per image), and perhaps the
    same two for "distortion" and "kl". What the first epochs have above a panel's scale stands in words at its edge.
    """
    tables = [table for own in histories.values() for table in own]
    parts = [part for part in PARTS if all({part, f"validation_{part}"} <= {*table.columns} for table in tables)]
    figure = style.new_figure(3.7 * len(histories) + 0.4, 2.5 * len(parts) + 1.3, title, note)
    cells = iter(style.grid_axes(figure, len(parts), len(histories)))
    for part in parts:
        for position, (name, own) in enumerate(histories.items()):
            axes = next(cells)
            _draw_part(axes, own, part, colors[name])
            axes.set_title(name if part == parts[0] else "")
            axes.set_xlabel("epoch" if part == parts[-1] else "")
            axes.set_ylabel(f"{PARTS[part]},\n{scores.titled('nats per image', part)}" if position == 0 else "")
    figure.axes[0].legend()
    return figure


def _draw_part(axes: Axes, tables: Sequence[pd.DataFrame], part: str, color: str) -> None:
    for number, table in enumerate(tables):
        for column, dashes, label in ((part, (0, (3, 2)), "training"), (f"validation_{part}", "-", "held out")):
            line: dict[str, Any] = {"color": color, "linestyle": dashes, "linewidth": 1.3, "alpha": 0.85}
            axes.plot(table["epoch"], table[column], label=label if number == 0 else None, **line)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    values = [table[[part, f"validation_{part}"]].to_numpy() for table in tables]
    low, high = min(float(value.min()) for value in values), max(float(value.max()) for value in values)
    top = max(float(value[min(int(np.ceil(SKIPPED * len(value))), len(value) - 1) :].max()) for value in values)
    if low == high:
        axes.set_ylim(low - 0.05, low + 1)
    elif high - low > 2 * (top - low):
        axes.set_ylim(low - 0.05 * (top - low), top + 0.1 * (top - low))
        axes.annotate(f"first epochs: up to {high:.0f} ↑", (0.98, 0.98), xycoords="axes fraction", ha="right",
                      va="top", fontsize=8.5, color=style.FAINT, path_effects=style.halo())  # fmt: skip
