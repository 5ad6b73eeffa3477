"""FID of every sampler, the prior's beside others, per network and beta."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tfvae.plotting import style
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


@style.styled
def augmented_sampling(records: Sequence[Mapping[str, Any]], *, title: str) -> Figure:
    """Return bars of the FID of every sampler: one row of panels per network, one panel per beta.

    Each seed is a dot, each bar the mean over them, written at its end; a dashed line carries the prior's mean down,
    so that a better sampler's bar ends left of it.

    Args:
        records: each with "network", "beta", the augmentation's "scale" and "shift", and "samplers": {name: {"fid":
            {"mean", "values"}}}.
        title: the figure's.
    """
    networks = sorted({record["network"] for record in records}, reverse=True)
    betas = sorted({record["beta"] for record in records})
    samplers = list(records[0]["samplers"])
    by_key = {(record["network"], record["beta"]): record for record in records}
    note = "bar: mean over seeds; dot: seed; dashed line: mean of plain samples from the prior"
    height = (0.33 * len(samplers) + 1) * len(networks) + 1
    figure = style.new_figure(max(2.35 * len(betas) + 1.9, 7.5), height, title, note)
    cells = style.grid_axes(figure, len(networks), len(betas), sharey="row")
    for row, network in enumerate(networks):
        panels = [record for record in records if record["network"] == network]
        longest = max(max(sampler["fid"]["values"]) for record in panels for sampler in record["samplers"].values())
        first = cells[row * len(betas)]
        names = sampler_names(panels[0]["scale"], panels[0]["shift"])
        first.set_yticks(range(len(samplers)), [names.get(name, name) for name in samplers])
        first.set_ylim(len(samplers) - 0.5, -0.5)
        for axes, beta in zip(cells[row * len(betas) :], betas, strict=False):
            if (network, beta) in by_key:
                _draw_bars(axes, by_key[network, beta]["samplers"], samplers, style.beta_color(beta))
            axes.set_xlim(0, 1.28 * longest)  # room for the numbers at the ends
            axes.set_title(f"{network}, {Identity(GAUSSIAN, beta).label}")
            axes.tick_params(axis="y", length=0)
            axes.grid(False, axis="y")
            if row == len(networks) - 1:
                axes.set_xlabel("FID  (lower is better)")
    return figure


def _draw_bars(axes: Axes, samplers: Mapping[str, Any], names: Sequence[str], color: str) -> None:
    for i, name in enumerate(names):
        fid = samplers[name]["fid"]
        axes.barh(i, fid["mean"], height=0.68, color=color, alpha=0.9 if name == "prior" else 0.5, linewidth=0)
        axes.plot(fid["values"], np.full(len(fid["values"]), i), linestyle="none", marker="o", markersize=3.2,
                  color=style.INK, alpha=0.8)  # fmt: skip
        number = f"{fid['mean']:.1f}" if fid["mean"] >= 10 else f"{fid['mean']:.2f}"
        axes.annotate(number, (max(fid["values"]), i), xytext=(5, 0), textcoords="offset points", va="center",
                      fontsize=8.5, path_effects=style.halo())  # fmt: skip
    axes.axvline(samplers["prior"]["fid"]["mean"], color=style.INK, linewidth=0.9, linestyle=(0, (2, 2)), zorder=0.9)
