"""The architecture search: its Pareto front, and whether each metric falls steadily over the training periods."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from tfvae.errors import Refused
from tfvae.plotting import labels, scores, style

RING = 8.0  # points: the radius of the ring around the selected candidate
_METRICS = (("fid", "FID", style.BLUE), ("tvd", "TVD", style.RED))


@style.styled
def pareto_scatter(
    candidates: Sequence[Mapping[str, Any]],
    front: Sequence[str],
    *,
    title: str,
    selected: str | None = None,
    about: str = "",
    why: str = "",
    mean_image: float | None = None,
) -> Figure:
    """Return the candidates in the plane of FID and TVD, those on the Pareto front in red and the others in blue.

    The name of the ringed one is written, then those on the front, then the others that find room, so that no name
    covers another.

    Args:
        candidates: records with "name", "fid" and "tvd", both costs to minimise.
        front: names of the candidates that no other beats.
        title: the figure's.
        selected: name of the architecture that the later stages use, ringed.
        about: how the candidates were trained.
        why: what the legend says of it: its rank, or who selected it.
        mean_image: the FID of the mean image alone: a line, or a note at the edge where it is far.

    Raises:
        Refused: if `front` or `selected` names a candidate that is not there.
    """
    names = {candidate["name"] for candidate in candidates}
    unknown = ({*front} | ({selected} if selected else set())) - names
    if unknown:
        raise Refused(
            f"The front and the selection must be among the candidates. Received: {sorted(unknown)} of {sorted(names)}"
        )
    places = {c["name"]: (float(c["fid"]), float(c["tvd"])) for c in candidates}
    figure = style.new_figure(8, 5.6, title)
    axes = figure.add_subplot()
    axes.set(xlabel=scores.titled("FID", "fid"), ylabel=scores.titled("TVD", "tvd"), title=about)
    _draw_candidates(axes, places, front)
    if selected:
        axes.scatter(*places[selected], s=190, facecolor="none", edgecolor=style.INK, linewidth=1.4, zorder=5,
                     label=f"used from here on: {selected}{why}")  # fmt: skip
    axes.margins(0.1)
    if mean_image is not None:
        _note_mean_image(axes, mean_image)
    legend = figure.legend(loc="outside lower left", ncols=1 if why else 3, handletextpad=0.3, columnspacing=1.6)
    for handle in legend.legend_handles:
        if isinstance(handle, PathCollection):
            handle.set_sizes([60.0])
    figure.draw_without_rendering()  # the names are placed in the chart's final size
    _write_names(axes, places, front, selected)
    return figure


def _draw_candidates(axes: Axes, places: Mapping[str, tuple[float, float]], front: Sequence[str]) -> None:
    best = sorted(place for name, place in places.items() if name in front)
    others = [place for name, place in places.items() if name not in front]
    (best_fid, best_tvd), (fid, tvd) = (np.reshape(some, (-1, 2)).T for some in (best, others))
    # The staircase bounds the region that some candidate of the front beats.
    axes.step(best_fid, best_tvd, where="post", color=style.RED, linewidth=1, alpha=0.5, zorder=2, label="_front")
    axes.scatter(fid, tvd, s=42, color=style.BLUE, alpha=0.75, linewidth=0, zorder=3,
                 label=f"beaten by another ({len(others)})")  # fmt: skip
    axes.scatter(best_fid, best_tvd, s=58, color=style.RED, linewidth=0, zorder=4,
                 label=f"on the Pareto front ({len(best)})")  # fmt: skip


def _note_mean_image(axes: Axes, fid: float) -> None:
    far = fid > axes.get_xlim()[1]
    if not far:
        axes.axvline(fid, color=style.FAINT, linewidth=1.1, linestyle=(0, (4, 3)))
    place, coords = ((1, 1.02), "axes fraction") if far else ((fid, 1.02), ("data", "axes fraction"))
    text = f"FID of the mean image: {fid:.3g}" + (" →" if far else "")
    axes.annotate(text, place, xycoords=coords, ha="right", va="bottom", fontsize=8.5, color=style.FAINT)


def _write_names(
    axes: Axes, places: Mapping[str, tuple[float, float]], front: Sequence[str], selected: str | None
) -> None:
    """Write the names of the selected, of the front and of the others beside their points, as far as there is room."""
    names = sorted(places, key=lambda name: (name != selected, name not in front, places[name]))
    colors = [style.RED if name in front else style.INK if name == selected else style.FAINT for name in names]
    near = [labels.BELOW if name in front else labels.AROUND for name in names]
    radii = [RING if name == selected else labels.RADIUS for name in names]
    farther = [
        tuple((dx * radius / labels.RADIUS, dy * radius / labels.RADIUS) for dx, dy in places)
        for places, radius in zip(near, radii, strict=True)
    ]
    offsets = [(*places, *labels.FAR) for places in farther]
    points = np.array([places[name] for name in names])
    missing = len(names) - len(labels.label_points(axes, points, names, colors, offsets, radii=radii))
    if missing:
        axes.set_title(f"{axes.get_title(loc='left')}; {missing} without room for a name")


@style.styled
def period_curves(
    runs: Sequence[Mapping[str, Any]],
    noise_sd: Mapping[str, float],
    *,
    title: str,
    consistent: Mapping[str, bool] | None = None,
    selected: str | None = None,
) -> Figure:
    """Return FID (blue, left) and TVD (red, right), both better low, over the training periods, a panel per candidate.

    Each run is a thin line, with a thicker mean from two runs up; the shade around it is one standard deviation of the
    metric when the same weights generate again: a change within it means nothing.

    Args:
        runs: records with "candidate", "seed", "steps", "fid" and "tvd", the last three being lists of one length.
        noise_sd: standard deviation of "fid" and "tvd" at fixed weights.
        title: the figure's.
        consistent: for "fid" and "tvd", whether the metric falls steadily; stated in the axes' labels.
        selected: name of the architecture chosen in the end, marked in its panel's title.
    """
    candidates = list(dict.fromkeys(run["candidate"] for run in runs))
    rows = -(-len(candidates) // 4) if len(candidates) != 4 else 2
    columns = -(-len(candidates) // rows)
    shade = "± one standard deviation of the metric when the same weights generate again"
    note = f"FID and TVD: {scores.better('fid')}; thin lines: runs; shade: {shade}"
    figure = style.new_figure(max(3.9 * columns, 7.5), 3.2 * rows + 1.2, title, note)
    cells = style.grid_axes(figure, rows, columns, sharex=True, sharey=True)
    twins = [axes.twinx() for axes in cells]
    for twin in twins[1:]:
        twin.sharey(twins[0])
    for axes, twin in zip(cells[len(candidates) :], twins[len(candidates) :], strict=True):
        axes.remove()
        twin.remove()
    for i, (name, axes, twin) in enumerate(zip(candidates, cells, twins, strict=False)):
        panel = [run for run in runs if run["candidate"] == name]
        axes.set_title(name + ("  (selected)" if name == selected else ""))
        for side, (metric, text, color) in zip((axes, twin), _METRICS, strict=True):
            _draw_runs(side, panel, metric, color, noise_sd[metric])
            side.set_ylabel(text + _verdict(metric, consistent), color=color)
            side.tick_params(axis="y", labelcolor=color, color=color)
        twin.grid(False)
        _outer_labels(axes, twin, i, columns, len(candidates))
    return figure


def _outer_labels(axes: Axes, twin: Axes, i: int, columns: int, count: int) -> None:
    # The scales are shared, so numbers stand only where no other panel follows. Where the grid has a hole they reach
    # into it, and must not push the other panels aside.
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    lowest, leftmost, rightmost = i + columns >= count, i % columns == 0, i % columns == columns - 1 or i == count - 1
    axes.tick_params(labelbottom=lowest, labelleft=leftmost)
    twin.tick_params(labelright=rightmost)
    axes.set_xlabel("training step" if lowest else "")
    axes.yaxis.label.set_visible(leftmost)
    twin.yaxis.label.set_visible(rightmost)
    axes.xaxis.set_in_layout(i // columns == (count - 1) // columns)
    twin.yaxis.set_in_layout(i % columns == columns - 1)


def _draw_runs(axes: Axes, runs: Sequence[Mapping[str, Any]], metric: str, color: str, noise: float) -> None:
    values = np.array([run[metric] for run in runs], dtype=np.float64)
    steps, mean = runs[0]["steps"], values.mean(axis=0)
    axes.fill_between(steps, mean - noise, mean + noise, color=color, alpha=0.16, linewidth=0)
    axes.plot(steps, values.T, color=color, linewidth=0.8, alpha=0.6 if len(runs) > 1 else 1)
    if len(runs) > 1:
        axes.plot(steps, mean, color=color, linewidth=2)


def _verdict(metric: str, consistent: Mapping[str, bool] | None) -> str:
    if consistent is None:
        return ""
    return " (consistent)" if consistent[metric] else " (not consistent)"
