"""Conditional models: a row of samples per class, their confusion by a classifier, and the search."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from tfvae.plotting import images, scores, style

_ACROSS = 3  # choices in a row
_STATES = {"complete": ("o", style.BLUE), "pruned": ("x", style.FAINT), "diverged": ("v", style.RED)}


@style.styled
def class_samples(samples: ArrayLike, *, title: str, class_names: Sequence[str] | None = None) -> Figure:
    """Return samples of a conditional model, one row per class; images of one column have the same latents.

    Args:
        samples: (classes, columns, H, W, C), uint8 or floats in [0, 1].
        title: of the figure.
        class_names: name of class 0, 1, ...; None for the numbers themselves.
    """
    grid = np.asarray(samples)
    names = images.name_classes(range(len(grid)), class_names)
    note = "Each row: the class that was asked for. Each column: one draw of the latents."
    width = 0.5 * grid.shape[1] + 0.1 * max(map(len, names)) + 0.6
    figure = style.new_figure(width, 0.5 * len(grid) + 0.9, title, note)
    axes = figure.add_subplot()
    images.show(axes, images.tile(grid))
    images.name_rows(axes, names, grid.shape[2])
    return figure


@style.styled
def confusion_table(counts: ArrayLike, *, title: str) -> Figure:
    """Return the shares, in per cent, of each requested class in which a classifier sees each class.

    The counts are (K, K): requested classes in rows, received ones in columns; each row's sum is above 0.
    """
    table = np.asarray(counts, np.float64)
    shares = 100 * table / table.sum(axis=1, keepdims=True)
    figure = style.new_figure(0.55 * len(table) + 1.2, 0.5 * len(table) + 1.2, title)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.ndindex(*table.shape):
        if shares[row, column] >= 0.05:
            color = "white" if shares[row, column] > 60 else style.INK
            axes.text(column, row, f"{shares[row, column]:.1f}", ha="center", va="center", fontsize=8, color=color)
    axes.set_xticks(range(len(table)))
    axes.set_yticks(range(len(table)))
    axes.grid(False)
    axes.set_xlabel("class that the classifier sees")
    axes.set_ylabel("requested class")
    return figure


@style.styled
def trials(table: pd.DataFrame, *, title: str, first: str) -> Figure:
    """Return the course of a search, and below it the loss of its trials against each chosen value.

    The table has a row per trial with columns trial, state ("complete", "pruned", "diverged"), loss (nats per image),
    share, and one more for each chosen value. A ring marks the first trial, which has the name `first`.
    """
    chosen = [str(name) for name in table if name not in ("trial", "state", "loss", "share")]
    low, high = table["loss"].min(), table["loss"].quantile(0.9)
    top = high + 0.25 * (high - low)
    notes = [
        f"at the upper edge: larger losses, up to {table['loss'].max():.0f}" if (table["loss"] > top).any() else "",
        scores.of_seeds([1]),
    ]
    table = table.assign(loss=table["loss"].clip(upper=top))
    across, down = min(len(chosen), _ACROSS), -(-len(chosen) // _ACROSS)
    figure = style.new_figure(3.3 * across + 0.5, 3.2 * (1 + down), title, "; ".join(filter(None, notes)))
    grid = figure.add_gridspec(1 + down, across)
    course = figure.add_subplot(grid[0, :])
    _draw_course(course, table, first)
    for place, name in enumerate(chosen):
        axes = figure.add_subplot(grid[1 + place // across, place % across], sharey=course)
        _draw_choice(axes, table, name)
        if place % across == 0:
            axes.set_ylabel(scores.titled("loss, nats per image", "loss", "\n"))
    margin = 0.05 * (top - low) or 1.0  # all losses may be equal
    course.set_ylim(low - margin, top + margin)
    return figure


def _draw_course(axes: Axes, table: pd.DataFrame, first: str) -> None:
    _draw_states(axes, table, table["trial"], first)
    best = table["loss"].where(table["state"] == "complete").cummin().ffill()
    axes.step(table["trial"], best, where="post", color=style.BLUE, linewidth=1.2, label="best so far")
    axes.set_xlabel("trial")
    axes.set_ylabel("loss on held-out images,\n" + scores.titled("nats per image", "loss", "\n"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=5, borderaxespad=0.2)  # above: it covers no point


def _draw_choice(axes: Axes, table: pd.DataFrame, name: str) -> None:
    values = sorted(table[name].unique())
    places = table[name].map({value: float(place) for place, value in enumerate(values)})
    # Trials with the same choice stand side by side, in their order.
    jitter = 0.5 * (table["trial"] / max(table["trial"].max(), 1) - 0.5)
    _draw_states(axes, table, places + jitter, "")
    axes.set_xticks(range(len(values)), [value if isinstance(value, str) else f"{value:g}" for value in values])
    axes.set_xlim(-0.6, len(values) - 0.4)
    axes.set_xlabel(name.replace("_", " "))
    axes.grid(False, axis="x")


def _draw_states(axes: Axes, table: pd.DataFrame, places: Any, first: str) -> None:
    for state, (marker, color) in _STATES.items():
        rows = (table["state"] == state) & table["loss"].notna()
        if rows.any():
            axes.scatter(places[rows], table["loss"][rows], marker=marker, s=26, label=state, zorder=3, color=color)
    ring: dict[str, Any] = {"marker": "o", "s": 110, "facecolors": "none", "edgecolors": style.INK, "label": first}
    axes.scatter(places[:1], table["loss"][:1], **ring)
