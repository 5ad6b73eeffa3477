"""The part of the page on the stage colour: beta-VAEs of colour images."""

from typing import Any

from pipeline.names import ABOUT
from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import RUNS, Column, Record, Table, Value, table, titles
from tfvae.plotting.style import beta_color, beta_text

STAGE = "colour"
TITLE = "Colour images"
CAPTIONS = {
    "dataset": "the first training images, before they are smoothed and coloured",
    "samples": "samples of each model, latents drawn from the prior",
    "reconstructions": "test images and their reconstructions",
    "interpolation": "from one test image to another, on a straight line between their latents",
    "traversals": "the most informative latents, each moved alone from left to right",
}
LEADING = ("precision", "recall", "coverage", "fid_reconstructions")  # what no flat image is good at
METRICS = {
    **titles("precision", "recall", "density", "coverage"),
    "fid_reconstructions": "FID of reconstructions",
    **titles("fid", "fid_relative", "mse", "kl"),
    "active_units": "Active latents",
}


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the table of its models, the first, the last and the best of them, and figures."""
    return by_dataset(study, STAGE, CAPTIONS, _values)


def _values(record: Record) -> dict[str, Any]:
    models = _by_beta(record)
    ends = {"weak": models[0], "strong": models[-1], "best": min(models, key=lambda model: model.mean("fid"))}
    return {
        "about": ABOUT.get(record.name, ""),
        "table": models_table(record),
        "random": _random(record),
        "mean_image": _value(record, "fid_mean_image"),
        "floor": _value(record, "fid_floor"),
        "models": {
            name: {"beta": beta_text(model.at("beta"))}
            | {metric: _value(model, metric) for metric in (*LEADING, "kl", "mse", "fid", "fid_relative")}
            for name, model in ends.items()
        },
    }


def models_table(record: Record) -> Table:
    """Return the metrics of the models, in ascending beta."""
    metrics = [Column(title, path, like=_digits(record, path)) for path, title in METRICS.items()]
    rows = [
        (Value(f"β = {beta_text(beta)}", beta, record.href, color=beta_color(beta)), model)
        for model in _by_beta(record)
        for beta in [model.at("beta")]
    ]
    return table("β-VAEs of colour images", [*metrics, RUNS], rows)


def _value(record: Record, metric: str) -> Value:
    return record.value(metric, like=_digits(record, metric))


def _digits(record: Record, metric: str) -> str:
    """Return the metric that gives the digits: distances between features of a random network are small."""
    return "fid_relative" if _random(record) and metric.startswith("fid") else ""


def _random(record: Record) -> bool:
    return bool(record.content["features"] == "random")


def _by_beta(record: Record) -> list[Record]:
    models = [record.below("models", key) for key in record.at("models")]
    return sorted(models, key=lambda model: float(model.at("beta")))
