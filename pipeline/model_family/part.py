"""The part of the page on the stage objectives: a family of models under one protocol."""

from typing import Any

from pipeline.model_family.names import PIXELS, SAMPLERS, of_pixels
from pipeline.names import dataset_title
from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import Column, Record, Table, columns, table

STAGE = "objectives"
TITLE = "Beyond the β-VAE"
CAPTIONS = {
    "fid-grey": "FID of each model's samples, by where their latents come from",
    "likelihood-binary": "the likelihood that importance sampling estimates, and the bound below it",
    "classes-grey": "how often the nearest latents name another class, before training and after",
    "samples-prior-grey": "latents of each model's prior, decoded",
    "samples-mixture-grey": "latents of a mixture that was fitted to each model's own, decoded",
}


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, a table of the models of each kind of pixels, and figures."""
    return by_dataset(study, STAGE, CAPTIONS, _values)


def _values(record: Record) -> dict[str, Any]:
    return {"tables": [models_table(record, pixels) for pixels in record.at("pixels")]}


def models_table(record: Record, pixels: str) -> Table:
    """Return what was measured of each model of one kind of pixels."""
    names = of_pixels(list(record.at("models")), pixels)
    votes = next(iter(record.at("pixels", pixels, "neighbour_error")))
    of = (
        *columns({f"samplers/{name}/fid": f"FID, {title}" for name, title in SAMPLERS.items()}),
        *columns({f"samplers/prior/{name}": name.capitalize() for name in ("precision", "coverage")}),
        Column("FID, reconstructions", "fid_reconstructions", like="fid"),
        *columns({"distortion": "Distortion", "kl": "KL"}),
        Column("NLL", "negative_log_likelihood", like="loss", optional=True),
        Column(f"Error, k = {votes}", f"neighbour_error/{votes}", like="tvd"),
        Column("Linear probe", "linear_probe_accuracy"),
        Column("Active", "active_units"),
        Column("Runs", "kl/n", "runs"),
    )
    rows = [row for row in record.models({**dict.fromkeys(record.at("models"), ""), **names}) if row[0].text]
    return table(f"{dataset_title(record.name)}: models of {PIXELS[pixels]}", of, rows)
