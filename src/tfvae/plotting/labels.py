"""Names in a chart, placed so that none covers another: at the ends of curves and beside points."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from tfvae.errors import Refused
from tfvae.plotting import style

# Positions tried around a point, in points: right first, then the corners, above, below and left.
AROUND = ((7, 0), (6, 8), (6, -8), (0, 10), (0, -10), (-6, 8), (-6, -8), (-7, 0), (14, 16), (14, -16), (-14, 16))
# Farther positions, from which a line leads to the point.
FAR = tuple((dx, dy) for reach in range(24, 120, 12) for dx in (0, 15, -15, 30, -30, 45, -45) for dy in (reach, -reach))
# Positions for points of a Pareto front, which has nothing below and to the left of it.
BELOW = ((-5, -9), (0, -12), (-8, -2), (-9, -15), (0, -18), (-16, -8), *AROUND)
RADIUS, MARGIN = 4, 3  # points: of what a point covers, and of the least distance of a name from the frame


def root_figure(axes: Axes) -> Figure:
    """Return the figure that `axes` stand in; refuse axes that were removed from it."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise Refused("These axes belong to no figure.")
    return figure


def spread(positions: Sequence[float], gap: float) -> NDArray[np.float64]:
    """Return the positions, each in its place, moved as little as needed for neighbours to stand `gap` or more apart.

    Their order is kept, and the result is the least-squares one: after subtracting i * gap from the i-th position in
    ascending order, the task is isotonic regression.
    """
    order = np.argsort(positions, kind="stable")
    steps = gap * np.arange(len(order))
    result = np.empty(len(order))
    result[order] = isotonic_regression(np.asarray(positions, dtype=np.float64)[order] - steps).x + steps
    return result


def label_ends(
    axes: Axes, x: float, ends: Sequence[tuple[float, str, str]], size: float = 9, offset: float = 6
) -> None:
    """Write a name at the right end of each curve, moved up or down where two would touch.

    The limits of `axes` must be final. The curves end at `x`, each with (ordinate, name, colour); other units are
    points. Of more names than have room, every second or third... is written, from the lowest curve up.
    """
    if not ends:
        return
    dpi = root_figure(axes).dpi
    height = dpi / 72 * size * 1.25  # the least distance of two lines that reads well
    room = max(1, int(axes.get_window_extent().height / height))
    if len(ends) > room:
        ends = sorted(ends)[:: -(-len(ends) // room)]
    pixels = [float(axes.transData.transform((x, y))[1]) for y, _, _ in ends]
    for (y, name, color), before, after in zip(ends, pixels, spread(pixels, height), strict=True):
        shift = (after - before) * 72 / dpi
        axes.annotate(
            name, (x, y), xytext=(offset, shift), textcoords="offset points", color=color, fontsize=size,
            va="center", ha="left", annotation_clip=False,
        )  # fmt: skip


def label_points(
    axes: Axes,
    points: NDArray[np.float64],
    names: Sequence[str],
    colors: Sequence[str],
    offsets: Sequence[Sequence[tuple[float, float]]],
    size: float = 9,
    radii: Sequence[float] | None = None,
) -> list[str]:
    """Write names beside points where they cover no point, no name and no edge; a name without room is left out.

    Names are placed greedily, so the important ones come first. A name stands nearest to its own point, or at the end
    of a line that leads to it.

    Args:
        axes: the chart, with its limits final and its figure laid out.
        points: (N, 2), in data units; those beyond the names' number are only avoided.
        names: at most N names, of the first points; those that find room are returned.
        colors: one per name.
        offsets: per name, the places to try in turn, in points from its point: `AROUND`, `BELOW`.
        size: of the letters, in points.
        radii: of what the points cover, in points; `RADIUS` without.
    """
    pixel = root_figure(axes).dpi / 72
    frame = axes.get_window_extent().padded(-MARGIN * pixel)
    centres = axes.transData.transform(points)
    covered = _squares(centres, np.asarray(radii or [RADIUS] * len(centres)) * pixel)
    written = []
    for i, (name, color, places) in enumerate(zip(names, colors, offsets, strict=True)):
        for place in places:
            text = _write(axes, name, points[i], place, color, size)
            box, far = Text.get_window_extent(text), place in FAR
            line = _squares(_line(box, centres[i], 2 * RADIUS * pixel), 1.0) if far else np.empty((0, 4))
            alone = far or int(_distances(box, centres).argmin()) == i
            inside = frame.contains(box.x0, box.y0) and frame.contains(box.x1, box.y1)
            own = np.vstack([box.extents, line])
            if alone and inside and not _meet(own, np.delete(covered, i, axis=0)):
                covered = np.vstack([covered, own])
                written.append(name)
                break
            text.remove()
    return written


def _write(
    axes: Axes, name: str, point: NDArray[np.float64], place: tuple[float, float], color: str, size: float
) -> Annotation:
    line = {"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.6, "shrinkB": 3} if place in FAR else None
    dx = place[0]
    text = axes.annotate(
        name, tuple(point), xytext=place, textcoords="offset points", fontsize=size, color=color, arrowprops=line,
        ha="left" if dx > 0 else "right" if dx < 0 else "center", va="center", path_effects=style.halo(),
    )  # fmt: skip
    text.set_in_layout(False)  # a name must not move the chart that it was measured in
    text.get_window_extent()  # puts it in its place
    return text


def _line(box: Bbox, centre: NDArray[np.float64], near: float) -> NDArray[np.float64]:
    """Return spots (N, 2), a pixel apart, on the line from a box to a point, but for those `near` the point."""
    middle = (np.asarray(box.min) + np.asarray(box.max)) / 2
    spots = np.linspace(middle, centre, int(np.hypot(*(centre - middle))) + 2)
    return np.asarray(spots[(_distances(box, spots) > 1) & (np.hypot(*(spots - centre).T) > near)])


def _squares(centres: NDArray[np.float64], radius: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return squares (N, 4) around points (N, 2), each as the extents left, bottom, right and top."""
    half = np.broadcast_to(radius, len(centres))[:, None]
    return np.hstack([centres - half, centres + half])


def _meet(some: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Return whether any of the extents (N, 4) overlaps any of the others (M, 4)."""
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:], others[None, :, 2:])
    return bool((low < high).all(axis=-1).any())


def _distances(box: Bbox, centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances of points (N, 2) from a box."""
    nearest = np.clip(centres, box.min, box.max)
    return np.asarray(np.hypot(*(centres - nearest).T))
