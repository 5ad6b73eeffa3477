"""Latent spaces of several models side by side: decoded images, classes in the plane, nats per dimension.

All arguments are by the model's name; a `note` says below the figure how to read it.
"""

from collections.abc import Mapping
from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from tfvae.images import to_bytes
from tfvae.plotting import images, scores, style


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
        axes.set_xlabel(scores.titled("silhouette", "silhouette"))
        axes.set_yticks([])
        axes.grid(False, axis="y")
    return figure


@style.styled
def latent_use(
    models: Mapping[str, Mapping[str, Mapping[str, Any]]], *, title: str, colors: Mapping[str, str]
) -> Figure:
    """Return how many nats each latent dimension carries, the most informative first.

    A model has, for each rank ("1", "2", ...), the summary over seeds of its KL divergence, in nats, and a colour.
    """
    figure = style.new_figure(8, 4.2, title, "bar: mean over test images and seeds; dot: seed")
    axes, width = figure.add_subplot(), 0.8 / len(models)
    for position, (name, ranks) in enumerate(models.items()):
        label = f"{name}, {scores.seeds(max(rank['n'] for rank in ranks.values()))}"
        places = np.arange(1, len(ranks) + 1) + (position - (len(models) - 1) / 2) * width
        heights = [rank["mean"] for rank in ranks.values()]
        axes.bar(places, heights, 0.92 * width, color=colors[name], alpha=0.85, label=label)
        for place, rank in zip(places, ranks.values(), strict=True):
            axes.plot([place] * rank["n"], rank["values"], ".", color=style.INK, markersize=3)
    axes.set_xlabel("latent dimension, by rank")
    axes.set_ylabel("KL divergence from the prior, nats")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(False, axis="x")
    axes.legend()
    return figure
