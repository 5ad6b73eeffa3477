"""Latent spaces of several models side by side: decoded images, classes in the plane, nats per dimension.

All arguments are by the model's name; a `note` says below the figure how to read it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from tfvae.images import to_bytes
from tfvae.plotting import images, style

MODEL_COLORS = (style.RED, style.BLUE, "#2e7d32")  # of models in the order in which they are given


def class_color(label: int) -> str:
    """Return the colour of a class, the same in every figure; after ten classes they repeat."""
    return to_hex(matplotlib.colormaps["tab10"](label % 10))


@style.styled
def named_rows(rows: Mapping[str, ArrayLike], *, title: str, note: str | None = None) -> Figure:
    """Return rows of images, (N, H, W, C), uint8 or floats in [0, 1], of one shape, each named at its left."""
    grid = np.stack([to_bytes(row) for row in rows.values()])
    width = 0.72 * grid.shape[1] + 0.1 * max(map(len, rows)) + 0.4
    figure = style.new_figure(width, 0.74 * len(rows) + (0.9 if note else 0.6), title, note)
    axes = figure.add_subplot()
    images.show(axes, images.tile(grid))
    images.name_rows(axes, list(rows), grid.shape[2])
    return figure


@style.styled
def traversal_grids(models: Mapping[str, ArrayLike], *, title: str, note: str | None = None) -> Figure:
    """Return one grid per model: a row for each latent dimension, decoded along it from left to right.

    The grids are (dimensions, points, H, W, C), uint8 or floats in [0, 1].
    """
    grids = {name: np.asarray(grid) for name, grid in models.items()}
    rows, columns = max(len(grid) for grid in grids.values()), max(grid.shape[1] for grid in grids.values())
    figure = style.new_figure((0.36 * columns + 0.4) * len(grids) + 0.2, 0.36 * rows + 1.1, title, note)
    for axes, (name, grid) in zip(style.grid_axes(figure, 1, len(grids)), grids.items(), strict=True):
        images.show(axes, images.tile(grid, gap=1))
        images.name_rows(axes, [str(dimension + 1) for dimension in range(len(grid))], grid.shape[2], gap=1)
        axes.set_title(name)
    return figure


@style.styled
def class_planes(planes: Mapping[str, tuple[ArrayLike, ArrayLike]], *, title: str, note: str | None = None) -> Figure:
    """Return one scatter plot per model: latents with coordinates (N, 2) and labels (N,), coloured by class."""
    figure = style.new_figure(4.3 * len(planes) + 0.8, 4.9, title, note)
    cells = style.grid_axes(figure, 1, len(planes))
    for axes, (name, (coordinates, labels)) in zip(cells, planes.items(), strict=True):
        points, classes = np.asarray(coordinates), np.asarray(labels)
        size = float(np.clip(10_000 / len(points), 2, 12))
        for label in np.unique(classes).tolist():
            members = classes == label
            x, y = points[members].T
            axes.scatter(x, y, s=size, color=class_color(label), linewidths=0, label=str(label))
        axes.set_title(name)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(False)
    handles, names = cells[-1].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside right center", markerscale=3, handletextpad=0.2)
    return figure


@style.styled
def silhouette_profiles(models: Mapping[str, tuple[ArrayLike, ArrayLike]], *, title: str) -> Figure:
    """Return, for each model, the silhouettes (N,) of all latents, sorted within their labels (N,), with their mean."""
    note = "One line per test image: how much nearer its latent lies to its own class than to the next one."
    figure = style.new_figure(3.7 * len(models) + 0.5, 5.4, title, note)
    cells = style.grid_axes(figure, 1, len(models), sharex=True, sharey=True)
    for axes, (name, (silhouettes, labels)) in zip(cells, models.items(), strict=True):
        values, classes = np.asarray(silhouettes, np.float64), np.asarray(labels)
        top = 0
        for label in np.unique(classes).tolist():
            of_class = np.sort(values[classes == label])
            heights = np.arange(top, top + len(of_class))
            axes.fill_betweenx(heights, 0, of_class, color=class_color(label), linewidth=0)
            axes.text(-0.02, top + len(of_class) / 2, str(label), ha="right", va="center", path_effects=style.halo())
            top += len(of_class) + len(values) // 100
        axes.axvline(values.mean(), color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set_title(f"{name}: mean {values.mean():.4f}")
        axes.set_xlabel("silhouette")
        axes.set_yticks([])
        axes.grid(False, axis="y")
    return figure


@style.styled
def latent_use(models: Mapping[str, Mapping[str, Mapping[str, Any]]], *, title: str) -> Figure:
    """Return how many nats each latent dimension carries, the most informative first.

    A model has, for each rank ("1", "2", ...), the summary over seeds of its KL divergence, in nats.
    """
    figure = style.new_figure(8, 4.2, title, "Mean over test images and seeds; dots are seeds.")
    axes, width = figure.add_subplot(), 0.8 / len(models)
    for position, (name, ranks) in enumerate(models.items()):
        color = MODEL_COLORS[1 + position % 2]
        places = np.arange(1, len(ranks) + 1) + (position - (len(models) - 1) / 2) * width
        axes.bar(places, [rank["mean"] for rank in ranks.values()], 0.92 * width, color=color, alpha=0.85, label=name)
        for place, rank in zip(places, ranks.values(), strict=True):
            axes.plot([place] * rank["n"], rank["values"], ".", color=style.INK, markersize=3)
    axes.set_xlabel("latent dimension, by rank")
    axes.set_ylabel("KL divergence from the prior, nats")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(False, axis="x")
    axes.legend()
    return figure


@style.styled
def seed_dots(panels: Mapping[str, Mapping[str, Sequence[float]]], *, title: str) -> Figure:
    """Return one panel per measure: each model's mean over its seeds as a line, its values, one per seed, as dots."""
    figure = style.new_figure(2.5 * len(panels) + 0.4, 3.6, title)
    for axes, (measure, models) in zip(style.grid_axes(figure, 1, len(panels)), panels.items(), strict=True):
        for position, values in enumerate(models.values()):
            color = MODEL_COLORS[position % len(MODEL_COLORS)]
            axes.plot([position] * len(values), values, "o", color=color, markersize=5, alpha=0.6)
            axes.hlines(float(np.mean(values)), position - 0.3, position + 0.3, color=color, linewidth=2.2)
        axes.set_title(measure, fontsize=10)
        axes.set_xticks(range(len(models)), [name.replace(" ", "\n") for name in models])
        axes.set_xlim(-0.6, len(models) - 0.4)
        axes.margins(y=0.15)
        axes.grid(False, axis="x")
    return figure


@style.styled
def held_out_curves(histories: Mapping[str, Sequence[pd.DataFrame]], *, title: str) -> Figure:
    """Return each model's loss over the epochs: on training images dashed, on held-out images solid, a line per seed.

    A history is a table with columns epoch, loss and validation_loss (nats per image).
    """
    figure = style.new_figure(3.7 * len(histories) + 0.4, 3.9, title)
    cells = style.grid_axes(figure, 1, len(histories))
    for position, (axes, (name, tables)) in enumerate(zip(cells, histories.items(), strict=True)):
        color = MODEL_COLORS[position % len(MODEL_COLORS)]
        for number, table in enumerate(tables):
            for column, dashes, label in (("loss", (0, (3, 2)), "training"), ("validation_loss", "-", "held out")):
                line: dict[str, Any] = {"color": color, "linestyle": dashes, "linewidth": 1.3, "alpha": 0.85}
                axes.plot(table["epoch"], table[column], label=label if number == 0 else None, **line)
        # The first epochs are so much worse that the others would look alike.
        losses = np.concatenate([table[["loss", "validation_loss"]].to_numpy()[len(table) // 10 :] for table in tables])
        axes.set_ylim(top=float(losses.max()))
        axes.set_title(name)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend()
    cells[0].set_ylabel("loss, nats per image")
    return figure
