"""Training curves: FID, loss, distortion and KL divergence over the steps, one colour per model."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from tfvae.plotting import labels, scores, style
from tfvae.plotting.identity import Identity

METRICS = ("fid", "loss", "distortion", "kl")
SEEDS_FOR_A_BAND = 3
NEAR = 2.0  # a floor within this factor of the curves is drawn as a line


def panel_titles(pixels: int, *, weighted: bool = True) -> dict[str, tuple[str, str]]:
    """Return, for each of the four metrics, the title and the unit of its panel.

    An image has so many `pixels`; the KL divergence in the loss is `weighted` by a beta or not.
    """
    nats = "nats per image"
    return {
        "fid": ("FID of samples from the prior", scores.titled("FID, log scale", "fid")),
        "loss": ("Loss = distortion + β · KL" if weighted else "Loss = distortion + KL", scores.titled(nats, "loss")),
        "distortion": (f"Distortion, summed over {pixels} pixels", scores.titled(nats, "distortion")),
        "kl": ("KL divergence from the prior", "nats per image"),
    }


def models_in(curves: pd.DataFrame) -> list[Identity]:
    """Return every model in `curves`, in ascending order of posterior and beta."""
    return sorted({Identity(str(p), float(b)) for p, b in zip(curves["posterior"], curves["beta"], strict=True)})


def draw_metric(
    axes: Axes, curves: pd.DataFrame, metric: str, floors: Mapping[str, float] | None = None, *, named: bool = True
) -> None:
    """Draw one metric (a column of `curves`) over the training steps: see `training_curves`.

    Each curve's name stands at its end if they are to be `named`; a panel without names is a narrow one.
    """
    ends = []
    for model in models_in(curves):
        rows = curves[(curves["posterior"] == model.posterior) & (curves["beta"] == model.beta)]
        table = rows.pivot(index="step", columns="seed", values=metric)
        steps, values = table.index.to_numpy(dtype=np.float64), table.to_numpy(dtype=np.float64)
        color, mean = model.color, values.mean(axis=1)
        if values.shape[1] > 1:
            axes.plot(steps, values, color=color, linewidth=0.7, alpha=0.45, label="_seed")
        if values.shape[1] >= SEEDS_FOR_A_BAND:
            deviation = values.std(axis=1, ddof=1)
            axes.fill_between(steps, mean - deviation, mean + deviation, color=color, alpha=0.14, linewidth=0)
        axes.plot(steps, mean, color=color, linewidth=2.1, label=model.label, solid_capstyle="round")
        ends.append((float(mean[-1]), model.label, color))
    last = float(curves["step"].max())
    axes.set_xlim(0, last)
    axes.xaxis.set_major_locator(MaxNLocator(5 if named else 3, steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.xaxis.set_major_formatter("{x:,.0f}")
    if metric == "fid":
        _log_scale(axes, floors or {})
    if named:
        labels.label_ends(axes, last, ends)


def _log_scale(axes: Axes, floors: Mapping[str, float]) -> None:
    # Ratios of FIDs are what matters: the curves of one study span more than one order of magnitude.
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    near = {name: value for name, value in floors.items() if low / NEAR <= value <= high * NEAR}
    for name, value in near.items():
        axes.axhline(value, color=style.FAINT, linewidth=1.1, linestyle=(0, (4, 3)), label="_floor")
        _note(axes, name, (0.99, value), 3, "bottom")
        low, high = axes.get_ylim()
        axes.set_ylim(low, max(high, value * (high / low) ** 0.1))  # the note stands inside the frame
    # A floor far from the curves would squeeze them: it becomes a note with its value, in a strip left free for it.
    low, high = axes.get_ylim()
    above = [f"{name}: {value:.3g} ↑" for name, value in floors.items() if value > high]
    below = [f"{name}: {value:.3g} ↓" for name, value in floors.items() if value < low]
    strip = (high / low) ** 0.08
    low, high = low / strip if below else low, high * strip if above else high
    axes.set_ylim(low, high)
    if above:
        _note(axes, "\n".join(above), (0.99, high), -3, "top")
    if below:
        _note(axes, "\n".join(below), (0.99, low), 3, "bottom")
    ratio = high / low
    subs = (1, 1.5, 2, 3, 5, 7) if ratio < 4 else (1, 2, 3, 5, 7) if ratio < 15 else (1, 2, 5) if ratio < 50 else (1,)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def _note(axes: Axes, text: str, position: tuple[float, float], offset: float, va: str) -> None:
    axes.annotate(
        text, position, xycoords=("axes fraction", "data"), xytext=(0, offset), textcoords="offset points",
        ha="right", va=va, fontsize=8.5, color=style.FAINT, path_effects=style.halo(),
    )  # fmt: skip


@style.styled
def training_curves(
    curves: pd.DataFrame, *, title: str, pixels: int = 784, floors: Mapping[str, float] | None = None
) -> Figure:
    """Return four panels over the training steps: FID, loss, distortion and KL divergence.

    Each seed is a thin line and each model's mean a thick one; a band of one standard deviation (ddof 1) to either
    side appears from three seeds up, because fewer do not support one.

    Args:
        curves: one row per step, model and seed, with columns step, posterior ("diagonal_gaussian" or
            "stick_breaking"), beta, seed, loss, distortion, kl (nats per image) and fid.
        title: the figure's.
        pixels: number of values in one image.
        floors: FIDs to compare with, by name, such as that of the mean image: horizontal lines in the first panel,
            or a note at its edge where they are far from the curves.
    """
    figure = style.new_figure(11.5, 8, title, lines_note(curves))
    cells = dict(zip(METRICS, style.grid_axes(figure, 2, 2, sharex=True), strict=True))
    for metric, (name, unit) in panel_titles(pixels).items():
        lowest = metric in METRICS[2:]
        cells[metric].set(title=name, ylabel=unit, xlabel="training step" if lowest else "")
    figure.draw_without_rendering()  # lays the panels out, so that the names below are placed for their final height
    for metric in METRICS:
        draw_metric(cells[metric], curves, metric, floors if metric == "fid" else None)
    return figure


def lines_note(curves: pd.DataFrame) -> str:
    """Return how many seeds stand behind the lines of `curves`, and which lines they are."""
    counts = curves.groupby(["posterior", "beta"])["seed"].nunique().tolist()
    band = "; band: one standard deviation to either side" if max(counts) >= SEEDS_FOR_A_BAND else ""
    thin = f"thin lines: seeds; thick: their mean{band}" if max(counts) > 1 else "each line: its only seed"
    return f"{scores.of_seeds(counts)}; {thin}"
