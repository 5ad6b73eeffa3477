"""FID of every sampler, the prior's beside others, per network and beta, with further shares beside it."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tfvae.plotting import scores, style
from tfvae.plotting.identity import GAUSSIAN, Identity


def sampler_names(scale: float, shift: float) -> dict[str, str]:
    """Return the samplers' titles, by their names in a record with this scale and shift."""
    return {
        "prior": "prior",
        "scaled": f"prior {style.TIMES} {scale:g}",
        "shifted": f"prior + {shift:g}",
        "shifted_fit": "prior + fitted shift",
        "gaussian": "fitted Gaussian",
        "mixture": "fitted mixture",
    }


# What stands to the right of the bars: its title, and where, in panel widths.
BESIDE = {"precision": ("precision", 1.02), "coverage": ("coverage", 1.215), "blank_share": ("blank", 1.42)}


@style.styled
def augmented_sampling(records: Sequence[Mapping[str, Any]], *, title: str) -> Figure:
    """Return bars of the FID of every sampler: one column of panels per network, one row per beta.

    Each seed is a dot, each bar the mean over them, written at its end; a dashed line carries the prior's mean down,
    so that a better sampler's bar ends left of it. Beside them stand the means of precision, coverage and the share of
    blank images where a record has them, the last where any image of a panel is blank.

    Args:
        records: each with "network", "beta", the augmentation's "scale" and "shift", and "samplers": {name: {"fid":
            {"mean", "values"}, and perhaps "precision", "coverage" and "blank_share", which have a "mean"}}.
        title: the figure's.
    """
    networks = sorted({record["network"] for record in records}, reverse=True)
    betas = sorted({record["beta"] for record in records})
    by_key = {(record["network"], record["beta"]): record for record in records}
    counts = [len(sampler["fid"]["values"]) for record in records for sampler in record["samplers"].values()]
    note = (
        f"bar: mean over seeds; dot: seed ({scores.of_seeds(counts)}); dashed line: mean of plain samples from the "
        f"prior; precision and coverage, means over seeds: {scores.HIGHER}, but only together; blank: share of images "
        "whose pixels differ by less than a tenth of the range from black to white"
    )
    height = (0.24 * len(records[0]["samplers"]) + 0.62) * len(betas) + 1.2
    figure = style.new_figure(5.6 * len(networks) + 0.4, height, title, note)
    cells = iter(style.grid_axes(figure, len(betas), len(networks), sharex="col"))
    for beta, network in product(betas, networks):
        axes = next(cells)
        axes.set_title(f"{network}, {Identity(GAUSSIAN, beta).label}")
        if record := by_key.get((network, beta)):
            _draw_panel(axes, record, style.beta_color(beta))
        if beta == betas[-1]:
            axes.set_xlabel(scores.titled("FID", "fid"))
    for network, axes in zip(networks, figure.axes, strict=False):
        longest = max(_longest(record) for record in records if record["network"] == network)
        axes.set_xlim(0, 1.22 * longest)  # room for the numbers at the ends; the panels below share it
    return figure


def _longest(record: Mapping[str, Any]) -> float:
    return max(float(value) for sampler in record["samplers"].values() for value in sampler["fid"]["values"])


def _draw_panel(axes: Axes, record: Mapping[str, Any], color: str) -> None:
    samplers, names = record["samplers"], sampler_names(record["scale"], record["shift"])
    axes.set_yticks(range(len(samplers)), [names.get(name, name) for name in samplers])
    axes.set_ylim(len(samplers) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    for i, (name, sampler) in enumerate(samplers.items()):
        _draw_bar(axes, i, sampler["fid"], color, 0.9 if name == "prior" else 0.5)
    axes.axvline(samplers["prior"]["fid"]["mean"], color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=0.9)
    for score, (title, place) in BESIDE.items():
        means = {i: sampler[score]["mean"] for i, sampler in enumerate(samplers.values()) if score in sampler}
        if score == "blank_share" and max(means.values(), default=0) < 0.005:  # a column of zeros
            continue
        for i, mean in means.items():
            axes.annotate(f"{mean:.2f}", (place, i), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)
        if means:
            axes.annotate(title, (place, 1.03), xycoords="axes fraction", va="bottom", fontsize=8.5, color=style.FAINT)


def _draw_bar(axes: Axes, place: int, fid: Mapping[str, Any], color: str, alpha: float) -> None:
    axes.barh(place, fid["mean"], height=0.68, color=color, alpha=alpha, linewidth=0)
    axes.plot(fid["values"], np.full(len(fid["values"]), place), linestyle="none", marker="o", markersize=3.2,
              color=style.INK, alpha=0.8)  # fmt: skip
    number = f"{fid['mean']:.1f}" if fid["mean"] >= 10 else f"{fid['mean']:.2f}"
    axes.annotate(number, (max(fid["values"]), place), xytext=(5, 0), textcoords="offset points", va="center",
                  fontsize=8.5, path_effects=style.halo())  # fmt: skip
