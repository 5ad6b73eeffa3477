"""Results as pictures."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, StrMethodFormatter

from benchmarks.report import number
from tfvae.plotting.style import BLUE, FAINT, INK, STICK_BREAKING_COLOR, grid_axes, new_figure, styled

_NAMES = {
    "tfvae_all_cores": "tfvae, all cores",
    "tfvae_one_model": "tfvae, one model",
    "notebook": "Keras fit",
    "pythae": "pythae",
}
_COLORS = {"tfvae_all_cores": BLUE, "tfvae_one_model": "#7fa8d6", "notebook": "#b0b0b0", "pythae": "#b0b0b0"}
_NETWORK_COLORS = {"mlp": BLUE, "cnn": STICK_BREAKING_COLOR}


@styled
def throughput(results: Mapping[str, Any]) -> Figure:
    """Return bars of images per second, a dot for each round."""
    networks = results["images_per_second"]
    figure = new_figure(9, 3.2, "Training: images per second", f"{results['machine']['processor']}, all in one run")
    for axes, (network, rates) in zip(grid_axes(figure, 1, len(networks)), networks.items(), strict=True):
        shown = {name: rate for name, rate in rates.items() if rate is not None}
        for position, (name, rate) in enumerate(shown.items()):
            axes.barh(position, rate["median"], 0.62, color=_COLORS[name])
            axes.plot(rate["values"], [position] * len(rate["values"]), ".", color=INK, markersize=3)
            axes.annotate(
                number(rate["median"]), (rate["high"], position), (5, 0), textcoords="offset points", va="center"
            )
        axes.set_yticks(range(len(shown)), [_NAMES[name] for name in shown])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set_xlim(0, 1.2 * max(rate["high"] for rate in shown.values()))
        axes.set_title(network)
    return figure


@styled
def growth(results: Mapping[str, Any]) -> Figure:
    """Return a panel per axis along which the time of training grows, both axes logarithmic."""
    figure = new_figure(13, 3.6, "How the time of training grows", "Dotted: proportional. Processes run already.")
    panels = grid_axes(figure, 1, 4)
    titles = {
        "images": ("Seconds by images", "images"),
        "latent_dim": ("Seconds for 10,000 images", "latent size"),
        "data": ("Seconds for 10,000 images", "images in the data"),
    }
    for axes, (axis, (title, label)) in zip(panels, titles.items(), strict=False):
        for network, measured in results["growth"].items():
            _line(axes, measured[axis], _NETWORK_COLORS[network], "-", network)
            if axis == "images":
                _proportional(axes, measured[axis])
        axes.set_title(title)
        axes.set_xlabel(label)
    for network, measured in results["growth"].items():
        for axis, style in zip((axis for axis in measured if axis.startswith("models_on_")), ("-", "--"), strict=False):
            label = f"{network}, {axis.rsplit('_', 1)[1]} core(s)"
            _line(panels[3], measured[axis], _NETWORK_COLORS[network], style, label)
        _proportional(panels[3], measured["models_on_1"])
    first = next(iter(results["growth"].values()))
    for axes, axis in ((panels[1], "latent_dim"), (panels[3], "models_on_1")):
        axes.set_xticks([int(value) for value in first[axis]])
    panels[3].set_title("Seconds, 10,000 images each")
    panels[3].set_xlabel("models")
    panels[0].legend()
    panels[3].legend()
    return figure


def _line(axes: Axes, values: Mapping[str, Mapping[str, float]], color: str, style: str, label: str) -> None:
    places = [int(value) for value in values]
    axes.plot(places, [one["median"] for one in values.values()], f"o{style}", color=color, markersize=4, label=label)
    axes.fill_between(
        places,
        [one["low"] for one in values.values()],
        [one["high"] for one in values.values()],
        color=color,
        alpha=0.2,
    )
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(StrMethodFormatter("{x:,.15g}"))
        axis.set_minor_formatter(NullFormatter())


def _proportional(axes: Axes, values: Mapping[str, Mapping[str, float]]) -> None:
    places = [int(value) for value in values]
    first = next(iter(values.values()))["median"]
    axes.plot(places, [first * place / places[0] for place in places], ":", color=FAINT)
