"""The part of the page on the stage latent-analysis: the classes in the latents of an auto-encoder and two VAEs."""

from typing import Any

from pipeline.latent_spaces.names import NAMES
from pipeline.names import dataset_title
from pipeline.pages.galleries import by_dataset
from pipeline.pages.study import Study
from pipeline.pages.values import Column, Record, Table, columns, table

STAGE = "latent-analysis"
TITLE = "What latents tell of the classes"
CAPTIONS = {
    "tsne": "latents of test images, coloured by class. t-SNE keeps neighbours together; distances between far groups "
    "mean little",
    "centroids": "the mean latents of each class, decoded. A sharp image says that the class is one group, a blurred "
    "one that it is spread",
    "prior-samples": "latents drawn from the prior, decoded. The auto-encoder was trained without one, so its row need "
    "not show anything",
    "traversals": "one latent at a time, moved from left to right. A row that does not change belongs to a latent that "
    "is not used",
    "latent-use": "nats that each latent of a VAE carries, the most informative first",
}
CLUSTERS = {
    "validation_loss": "Loss",
    "validation_distortion": "Reconstruction",
    "validation_kl": "KL",
    "silhouette": "Silhouette",
}
USE = {"linear_probe_accuracy": "Linear probe", "active_units": "Active"}


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the table of its models, their strengths, and figures."""
    return by_dataset(study, STAGE, CAPTIONS, _values)


def _values(record: Record) -> dict[str, Any]:
    models = {name: record.below("models", name) for name in record.at("models")}
    apart = max(models, key=lambda name: models[name].mean("silhouette"))
    read = max(models, key=lambda name: models[name].mean("linear_probe_accuracy"))
    conv, others = models["conv_vae"], models["vae"]
    return {
        "table": models_table(record),
        "brief": (conv.count("epochs"), others.count("epochs")) if conv.at("epochs") < others.at("epochs") else None,
        "apart": NAMES[apart],
        "silhouette": models[apart].value("silhouette"),
        "read": NAMES[read],
        "probe": models[read].value("linear_probe_accuracy"),
    }


def models_table(record: Record) -> Table:
    """Return the measures of each model's latents."""
    neighbours = next(iter(record.at("models").values()))["neighbour_error"]
    errors = columns({f"neighbour_error/{k}": f"Error, k = {k}" for k in neighbours}, like="tvd")
    sizes = columns({"epochs": "Epochs", "latent_dim": "Latents", "parameters": "Weights"}, kind="count")
    of = (*columns(CLUSTERS), *errors, *columns(USE), *sizes, Column("Runs", "silhouette/n", "runs"))
    return table(f"{dataset_title(record.name)}: what the latents of test images tell", of, record.models(NAMES))
