"""Grids of images: a dataset's classes, samples beside their scaled twins, originals above reconstructions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.images import to_bytes
from tfvae.plotting import style
from tfvae.plotting.identity import Identity


def in_rows(images: ArrayLike, columns: int) -> NDArray[np.uint8]:
    """Return images (N, H, W, C) in rows, (rows, columns, H, W, C) uint8, the last one filled with white images."""
    array = to_bytes(images)
    missing = -len(array) % columns
    filled = np.pad(array, ((0, missing), *[(0, 0)] * (array.ndim - 1)), constant_values=255)
    return filled.reshape(-1, columns, *array.shape[1:])


def tile(images: ArrayLike, gap: int = 2) -> NDArray[np.uint8]:
    """Return a grid of images as one image, with white lines of `gap` pixels between them.

    Args:
        images: (rows, columns, H, W, C), uint8 in [0, 255] or floats in [0, 1], C being 1 or 3.
        gap: width of the lines.

    Returns:
        uint8, (rows * (H + gap) - gap, columns * (W + gap) - gap), with a last axis of 3 for C = 3.

    Raises:
        Refused: if `images` is not such an array.
    """
    grid = to_bytes(images)
    if grid.ndim != 5 or grid.size == 0 or grid.shape[-1] not in (1, 3):
        raise Refused(f"tile needs images of shape (rows, columns, H, W, 1 or 3). Received: shape={grid.shape}")
    rows, columns, height, width, channels = grid.shape
    spaced = np.pad(grid, ((0, 0), (0, 0), (0, gap), (0, gap), (0, 0)), constant_values=255).swapaxes(1, 2)
    canvas = spaced.reshape(rows * (height + gap), columns * (width + gap), channels)
    canvas = canvas[: rows * (height + gap) - gap, : columns * (width + gap) - gap]
    return canvas[..., 0] if channels == 1 else canvas


def square(images: ArrayLike) -> NDArray[Any]:
    """Return images (n * n or more, H, W, C) as a grid (n, n, H, W, C), n being the largest that they fill."""
    array = np.asarray(images)
    side = int(np.sqrt(len(array)))
    return array[: side * side].reshape(side, side, *array.shape[1:])


def show(axes: Axes, picture: NDArray[np.uint8]) -> None:
    """Draw an image (H, W) or (H, W, 3) in `axes`, without a frame, the grey scale being 0 to 255."""
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
    axes.grid(False)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


VISIBLE = 26  # of 255: a tenth of white
BLANK_NOTE = "black: an image without a visible pixel, all being below a tenth of white"


def blanks(images: ArrayLike) -> int:
    """Return how many images (..., H, W, C) uint8 have no visible pixel."""
    array = np.asarray(images)
    return int((array.max(axis=(-3, -2, -1)) < VISIBLE).sum())


def note_blanks(axes: Axes, images: ArrayLike) -> None:
    """Write below a block how many of its images (..., H, W, C) are black, if any is, as in "5 of 9 black"."""
    count, total = blanks(images), np.prod(np.shape(images)[:-3], dtype=int)
    axes.set_xlabel(f"{count} of {total} black" if count else "", fontsize=9, labelpad=3)


def name_row(axes: Axes, name: str, color: str = style.INK) -> None:
    """Write `name` to the left of `axes`, at mid height."""
    axes.set_ylabel(name, rotation=0, ha="right", va="center", labelpad=8, color=color, fontsize=10.5)


def name_rows(axes: Axes, names: Sequence[str], height: int, colors: Sequence[str] | None = None, gap: int = 2) -> None:
    """Write a name, in its colour if any, to the left of every row of a tiled picture.

    The `height` of an image and the `gap` between two rows are in pixels.
    """
    centres = [(height - 1) / 2 + (height + gap) * i for i in range(len(names))]
    axes.set_yticks(centres, names, fontsize=11)
    axes.tick_params(axis="y", length=0, pad=8)
    for text, color in zip(axes.get_yticklabels(), colors or [style.INK] * len(names), strict=True):
        text.set_color(color)


def name_classes(classes: Sequence[int], class_names: Sequence[str] | None) -> list[str]:
    """Return the names of classes: the numbers themselves without `class_names`; refuse a class that these lack."""
    if class_names is None:
        return [str(k) for k in classes]
    if max(classes) >= len(class_names):
        raise Refused(f"Class {max(classes)} needs a name. Received: class_names={list(class_names)}")
    return [class_names[k] for k in classes]


@style.styled
def dataset_preview(
    images: ArrayLike, labels: ArrayLike, *, title: str, class_names: Sequence[str] | None = None, columns: int = 16
) -> Figure:
    """Return the first images of every class, one row per class, with the class's name.

    Args:
        images: (N, H, W, C), uint8 or floats in [0, 1].
        labels: (N,), class of each image.
        title: the figure's.
        class_names: name of class 0, 1, ...; None for the numbers themselves.
        columns: images per class, fewer where a class has fewer.

    Raises:
        Refused: if there are not as many labels as images, or no image, or a class has no name.
    """
    pictures, classes = to_bytes(images), np.asarray(labels)
    if len(pictures) != len(classes):
        raise Refused(
            f"dataset_preview needs a label for each image. Received: {len(pictures)} images, {len(classes)} labels"
        )
    present = [int(k) for k in np.unique(classes)]
    names = name_classes(present, class_names)
    width = 0.46 * columns + 0.1 * max(map(len, names)) + 0.35
    figure = style.new_figure(width, 0.46 * len(present) + 0.6, title)
    axes = figure.add_subplot()
    show(axes, tile(np.concatenate([in_rows(pictures[classes == k][:columns], columns) for k in present])))
    name_rows(axes, names, pictures.shape[1])
    return figure


@style.styled
def sample_grid(
    models: Mapping[Identity, Mapping[str, ArrayLike]], *, scale: float, title: str, note: str | None = None
) -> Figure:
    """Return samples of every model, one column each: decoded plainly above, from the latents times `scale` below.

    The arrays of a model, "plain" and "scaled", are (9, H, W, C), uint8 or floats in [0, 1]. Below a block stands how
    many are black.
    """
    rows = {"plain": "z from\nthe prior", "scaled": f"the same\nz {style.TIMES} {scale:g}"}
    named = [(model.label, model.color, arrays) for model, arrays in models.items()]
    return _blocks(named, rows, len(named), 1.85, title, note)


@style.styled
def variant_grid(
    models: Mapping[str, Mapping[str, ArrayLike]], rows: Mapping[str, str], *, title: str, note: str, columns: int = 6
) -> Figure:
    """Return samples of every named model, `columns` of them abreast, each a column of blocks.

    `rows` has the names of a model's arrays, from top to bottom, with what stands to their left. The arrays are as of
    `sample_grid`.
    """
    named = [(name, style.INK, arrays) for name, arrays in models.items()]
    return _blocks(named, rows, min(columns, len(named)), 2.05, title, note)


def _blocks(
    models: Sequence[tuple[str, str, Mapping[str, ArrayLike]]],
    rows: Mapping[str, str],
    columns: int,
    side: float,
    title: str,
    note: str | None,
) -> Figure:
    """Return blocks of samples, a column for each model's (name, colour, arrays), in lines of so many columns.

    A block has a `side` of so many inches, margins included.
    """
    black = any(blanks(arrays[kind]) for _, _, arrays in models for kind in rows)
    notes, lines = [note or "", BLANK_NOTE if black else ""], -(-len(models) // columns)
    height = ((side + 0.15) * len(rows) + 0.2 * models[0][0].count("\n") + 0.2) * lines + 0.7
    figure = style.new_figure(side * columns + 1.2, height, title, "; ".join(filter(None, notes)))
    cells = style.grid_axes(figure, lines * len(rows), columns)
    for position, (label, color, arrays) in enumerate(models):
        line, column = divmod(position, columns)
        for row, (kind, name) in enumerate(rows.items()):
            axes = cells[(line * len(rows) + row) * columns + column]
            show(axes, tile(square(arrays[kind])))
            note_blanks(axes, arrays[kind])
            if row == 0:
                axes.set_title(label, loc="center", color=color, fontweight="bold")
            if column == 0:
                name_row(axes, name)
    for axes in cells:
        axes.set_visible(bool(axes.images))
    return figure


@style.styled
def reconstruction_grid(originals: ArrayLike, models: Mapping[Identity, ArrayLike], *, title: str) -> Figure:
    """Return test images in the first row, and below them each model's reconstructions.

    All are (N, H, W, C), uint8 or floats in [0, 1].
    """
    first = to_bytes(originals)
    figure = style.new_figure(0.72 * len(first) + 1.6, 0.74 * (1 + len(models)) + 0.6, title)
    axes = figure.add_subplot()
    show(axes, tile(np.stack([first, *map(to_bytes, models.values())])))
    names = ["original", *(model.label for model in models)]
    name_rows(axes, names, first.shape[1], [style.INK, *(model.color for model in models)])
    return figure
