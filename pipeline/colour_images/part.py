"""Beta-VAEs of colour images: the stage colour."""

from typing import Any

from pipeline.pages.galleries import gallery
from pipeline.pages.study import Study
from pipeline.pages.values import Record, Table, Value
from tfvae.plotting.style import beta_color, beta_text

STAGE = "colour"
TITLE = "Colour images"
CAPTIONS = {
    "samples": "samples of each model, latents drawn from the prior",
    "reconstructions": "test images and their reconstructions",
    "interpolation": "from one photograph to another, on a straight line between their latents",
    "traversals": "the most informative latents, each moved alone from left to right",
}
METRICS = {
    "mse": "Squared error",
    "kl": "KL",
    "fid": "FID",
    "fid_relative": "Relative FID",
    "precision": "Precision",
    "recall": "Recall",
    "density": "Density",
    "coverage": "Coverage",
    "active_units": "Active latents",
}
NOTE = (
    "Mean ± standard deviation over the runs. Squared error and KL (in nats): per test image. FID: of samples, lower "
    "is better; a relative FID of 1 is that of the mean image alone. Precision: the share of samples that look like "
    "real images. Recall: the share of real images that look like samples. Density and coverage measure the same two "
    "in a way that outliers disturb less. Active: latents whose mean differs between images."
)


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the table of its models, the first, the last and the best of them, and figures."""
    found = [_of_dataset(study, record) for record in study.of(STAGE)]
    return {"datasets": found, "note": NOTE} if found else None


def _of_dataset(study: Study, record: Record) -> dict[str, Any]:
    models = _by_beta(record)
    best = min(models, key=lambda key: record.mean("models", key, "fid"))
    ends = {"weak": models[0], "strong": models[-1], "best": best}
    return {
        **gallery(study, record, CAPTIONS),
        "table": table(record),
        "random": _random(record),
        "mean_image": _value(record, "fid_mean_image"),
        "floor": _value(record, "fid_floor"),
        "models": {
            name: {"beta": beta_text(record.at("models", key, "beta"))}
            | {metric: _value(record, "models", key, metric) for metric in ("kl", "mse", "fid", "fid_relative")}
            for name, key in ends.items()
        },
    }


def table(record: Record) -> Table:
    """Return what was measured of the models, in ascending beta."""
    rows = []
    for key in _by_beta(record):
        beta, runs = record.at("models", key, "beta"), record.at("models", key, "fid", "n")
        name = Value(f"β = {beta_text(beta)}", beta, record.href, color=beta_color(beta))
        values = (_value(record, "models", key, metric) for metric in METRICS)
        rows.append((name, *values, Value(str(runs), runs)))
    header = ("Model", *METRICS.values(), "Runs")
    return Table("β-VAEs of colour images", header, rows)


def _value(record: Record, *keys: str) -> Value:
    """Return a value; distances between features of a random network are small, and get more places."""
    small = _random(record) and keys[-1].startswith("fid")
    return record.value(*keys, like="fid_relative" if small else "")


def _random(record: Record) -> bool:
    return bool(record.at("features") == "random")


def _by_beta(record: Record) -> list[str]:
    return sorted(record.at("models"), key=lambda key: record.at("models", key, "beta"))
