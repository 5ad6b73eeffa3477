"""One picture of a whole study: images, reconstructions, samples, and their FID against beta."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from tfvae.errors import Refused
from tfvae.plotting import images, scores, style
from tfvae.plotting.identity import GAUSSIAN, Identity


@style.styled
def overview(
    arrays: Mapping[str, ArrayLike], records: Sequence[Mapping[str, Any]], *, title: str, beta: float
) -> Figure:
    """Return test images, their reconstructions, samples, and the FID over beta with a dot per seed.

    Args:
        arrays: of the model with `beta`: "originals" and "reconstructions" (9 or more, H, W, C), "plain"
            (9, H, W, C), uint8 or floats in [0, 1].
        records: of one network, each with "beta" and "fid": {"mean", "values"}.
        title: the figure's.
        beta: of the model that the images come from.
    """
    note = f"dot: seed ({scores.of_seeds(_counts(records))}); dash: mean over seeds"
    figure = style.new_figure(13.5, 3.9, title, note)
    grid = figure.add_gridspec(1, 4, width_ratios=(1, 1, 1, 1.35))
    name = Identity(GAUSSIAN, beta).label
    blocks = (
        ("originals", "test images"),
        ("reconstructions", f"reconstructed ({name})"),
        ("plain", f"sampled from the prior ({name})"),
    )
    for i, (key, text) in enumerate(blocks):
        axes = figure.add_subplot(grid[0, i])
        images.show(axes, images.tile(images.square(arrays[key])))
        axes.set_title(text, loc="center")
    chart = figure.add_subplot(grid[0, 3])
    draw_fid_by_beta(chart, records)
    chart.set_title("FID of samples", loc="center")
    return figure


@style.styled
def fid_by_beta(networks: Mapping[str, Sequence[Mapping[str, Any]]], *, title: str) -> Figure:
    """Return the FID over beta, one panel per network, from records as for `overview`."""
    figure = style.new_figure(5.2 * len(networks), 4.4, title, "dot: seed; dash: mean over seeds")
    for axes, (network, records) in zip(style.grid_axes(figure, 1, len(networks)), networks.items(), strict=True):
        draw_fid_by_beta(axes, records)
        axes.set_title(f"{network}, {scores.of_seeds(_counts(records))}")
    return figure


def _counts(records: Sequence[Mapping[str, Any]]) -> list[int]:
    if not records:
        raise Refused("An FID over beta needs at least one record. Received: none")
    return [len(record["fid"]["values"]) for record in records]


def draw_fid_by_beta(axes: Axes, records: Sequence[Mapping[str, Any]]) -> None:
    """Draw the FID over beta: a dot per seed, a line through the means, the lowest mean named."""
    _counts(records)  # refuses none
    ordered = sorted(records, key=lambda record: float(record["beta"]))
    betas = np.array([record["beta"] for record in ordered], dtype=np.float64)
    means = np.array([record["fid"]["mean"] for record in ordered], dtype=np.float64)
    axes.plot(betas, means, color=style.FAINT, linewidth=1.4, zorder=2)
    for beta, mean, record in zip(betas, means, ordered, strict=True):
        values, color = record["fid"]["values"], style.beta_color(float(beta))
        axes.plot([beta] * len(values), values, linestyle="none", marker="o", markersize=6, color=color, alpha=0.75,
                  markeredgewidth=0, zorder=3)  # fmt: skip
        axes.plot([beta], [mean], marker="_", markersize=18, markeredgewidth=2.2, color=color, zorder=4)
    best = int(means.argmin())
    side = {0: "left", len(means) - 1: "right"}.get(best, "center")  # at an end it would cross the frame
    axes.annotate(
        f"lowest: {means[best]:.3g}", (betas[best], min(ordered[best]["fid"]["values"])), xytext=(0, -9),
        textcoords="offset points", ha=side, va="top", fontsize=9.5, color=style.beta_color(float(betas[best])),
    )  # fmt: skip
    if (betas > 0).all():
        axes.set_xscale("log")
    axes.set_xticks(betas, [style.beta_text(float(beta)) for beta in betas])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel="β, weight of the KL divergence (log scale)", ylabel=scores.titled("FID", "fid"))
    axes.margins(x=0.12)
    axes.set_ylim(bottom=0)
