"""The part of a page on a user's own images."""

from typing import Any

from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import RUNS, Column, Record, Table, Value, table, titles
from pipeline.user_images.names import model_names
from tfvae.plotting.style import beta_color

STAGE = "own-images"
TITLE = "Your images"
CAPTIONS = {
    "dataset": "the first training images",
    "samples": "samples of each model, latents drawn from the prior",
    "reconstructions": "test images and their reconstructions",
    "interpolation": "from one test image to another, on a straight line between their latents",
    "traversals": "the most informative latents, each moved alone from left to right",
}
METRICS = {
    **titles("fid", "fid_relative", "precision", "recall", "coverage"),
    "fid_reconstructions": "FID of reconstructions",
    **titles("mse", "kl"),
    "active_units": "Active latents",
}
SAMPLERS = {"prior": "Prior", "scaled": "Prior times {scale}", "mixture": "Fitted mixture"}
_OF_SAMPLES = ("fid", "precision", "recall", "coverage")


def content(study: Study) -> dict[str, Any] | None:
    """Return what the dataset is, the tables of its models and of their samplers, the best of them, and figures.

    The page's decoders are shown with the changes of latents that augmented sampling makes.
    """
    found = by_dataset(study, STAGE, CAPTIONS, _values)
    if found is None:
        return None
    scale = study.of(STAGE)[0].at("scale")
    return {**found, "decoders": study.decoders, "changes": [{"scale": scale, "shift": 0}, {"scale": 1, "shift": 2}]}


def _values(record: Record) -> dict[str, Any]:
    names = model_names(record.content)
    models = {name: record.below("models", name) for name in names}
    best = min(models, key=lambda name: models[name].mean("fid"))
    height, width, channels = record.at("image_shape")
    return {
        "shape": f"{height}x{width}",
        "colour": channels == 3,
        "counts": {name: record.count(name) for name in ("training_images", "test_images", "classes")},
        "random": record.at("features") == "random",
        "feature_seed": record.at("feature_seed"),
        "best": {"name": names[best]} | {name: _value(models[best], name) for name in ("fid", "fid_relative")},
        "floor": _value(record, "fid_floor"),
        "table": models_table(record, names, models),
        "samplers": samplers_table(record, names, models),
    }


def models_table(record: Record, names: dict[str, str], models: dict[str, Record]) -> Table:
    """Return the metrics of the models."""
    metrics = [Column(title, path, like=_digits(record, path)) for path, title in METRICS.items()]
    counted = [Column("Weights", "parameters", "count"), Column("Steps", "steps", "count")]
    rows = [(_named(names[name], model, place), model) for place, (name, model) in enumerate(models.items())]
    return table("β-VAEs of your images", [*metrics, *counted, RUNS], rows)


def samplers_table(record: Record, names: dict[str, str], models: dict[str, Record]) -> Table:
    """Return the metrics of the images of each sampler of each model."""
    metrics = [Column(title, path, like=_digits(record, path)) for path, title in titles(*_OF_SAMPLES).items()]
    rows: list[tuple[Value, Record]] = []
    for name, model in models.items():
        for sampler, title in SAMPLERS.items():
            of = model if sampler == "prior" else model.below("samplers", sampler)
            told = title.format(scale=f"{record.at('scale'):g}")
            rows.append((_named(f"{names[name]}: {told.lower()}", model, len(rows)), of))
    return table("The same models, sampled in three ways", metrics, rows)


def _named(name: str, model: Record, place: int) -> Value:
    return Value(name, place, model.href, color=beta_color(model.at("beta")))


def _value(record: Record, metric: str) -> Value:
    return record.value(metric, like=_digits(record, metric))


def _digits(record: Record, metric: str) -> str:
    """Return the metric that gives the digits: distances between features of a random network are small."""
    return "fid_relative" if record.content["features"] == "random" and metric.startswith("fid") else ""
