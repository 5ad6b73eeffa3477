"""Models in rows: of each model the values of several kinds side by side on one scale."""

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from tfvae.errors import Refused
from tfvae.plotting import style
from tfvae.plotting.scores import of_seeds

_MARKERS = "osD^vP"
_GAP = 0.14  # of a row, between two kinds


@style.styled
def dot_rows(
    rows: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    title: str,
    label: str,
    references: Mapping[str, float] | None = None,
    logarithmic: bool = False,
    note: str | None = None,
) -> Figure:
    """Return a row per model: of each kind of value its mean over seeds, and a line from the lowest to the highest.

    Args:
        rows: by model, from top to bottom; by kind, which need not be the same for all, one value per seed.
        title: of the figure.
        label: the name of the values.
        references: by name, the values of dashed lines.
        logarithmic: whether equal distances are equal ratios; all values must then be above 0.
        note: what else to know.

    Raises:
        Refused: if a kind of a model has no value.
    """
    lists = [values for kinds in rows.values() for values in kinds.values()]
    if not lists or not all(lists):
        raise Refused(f"Every kind of a model needs a value. Received: {dict(rows)}")
    kinds = list(dict.fromkeys(kind for own in rows.values() for kind in own))
    how = f"mark: mean over seeds ({of_seeds([len(values) for values in lists])}); line: lowest to highest"
    figure = style.new_figure(8.6, 0.36 * len(rows) + 1.9, title, f"{how}. {note}" if note else how)
    axes = figure.add_subplot()
    for number, kind in enumerate(kinds):
        color = to_hex(matplotlib.colormaps["tab10"](number % 10))
        of_kind = [(place, own[kind]) for place, own in enumerate(rows.values()) if kind in own]
        places = np.array([place for place, _ in of_kind]) + _GAP * (number - (len(kinds) - 1) / 2)
        means = [float(np.mean(values)) for _, values in of_kind]
        axes.hlines(places, [min(values) for _, values in of_kind], [max(values) for _, values in of_kind],
                    color=color, linewidth=1.4, alpha=0.7)  # fmt: skip
        axes.plot(means, places, _MARKERS[number % len(_MARKERS)], color=color, markersize=5, label=kind)
    for name, value in (references or {}).items():
        axes.axvline(value, color=style.INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0.9)
        axes.annotate(name, (value, -0.8), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8.5,
                      color=style.FAINT, path_effects=style.halo())  # fmt: skip
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.4, -1.1 if references else -0.6)
    if logarithmic:
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_xlim(left=0)
    axes.set_xlabel(label)
    axes.tick_params(axis="y", length=0)
    for place in range(len(rows) - 1):
        axes.axhline(place + 0.5, color=style.GRID, linewidth=0.7, zorder=0.5)
    axes.grid(False, axis="y")
    if len(kinds) > 1:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper")
    return figure
