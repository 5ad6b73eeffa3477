"""What the latents of an auto-encoder and of two VAEs tell of the classes: the stage latent-analysis."""

from typing import Any

from pipeline.pages.galleries import gallery
from pipeline.pages.study import Study
from pipeline.pages.values import Record, Table, Value

STAGE = "latent-analysis"
TITLE = "What latents tell of the classes"
NAMES = {"auto_encoder": "auto-encoder", "vae": "VAE", "conv_vae": "convolutional VAE"}
CAPTIONS = {
    "tsne": "latents of test images, coloured by class. t-SNE keeps neighbours together; distances between far groups "
    "mean little",
    "centroids": "the mean latents of each class, decoded. A sharp image says that the class is one group, a blurred "
    "one that it is spread",
    "prior-samples": "latents drawn from the prior, decoded. The auto-encoder knows no prior",
    "traversals": "one latent at a time, moved from left to right. A row that does not change belongs to a latent that "
    "is not used",
    "latent-use": "nats that each latent of a VAE carries, the most informative first",
}
NOTE = (
    "Mean ± standard deviation over the runs. Loss: on held-out images, in nats per image; that of the auto-encoder "
    "has no KL divergence in it. Silhouette, from -1 to 1: how much nearer a latent lies to its own class than to the "
    "next one. Error: how often the vote of the k nearest latents names another class. Linear probe: "
    "the accuracy of a linear classifier of latents. Active: latents whose mean differs between images."
)


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each dataset, the table of its models, what they are best at, and figures."""
    found = [_of_dataset(study, record) for record in study.of(STAGE)]
    return {"datasets": found, "note": NOTE} if found else None


def _of_dataset(study: Study, record: Record) -> dict[str, Any]:
    models = list(record.at("models"))
    by_silhouette = max(models, key=lambda model: record.mean("models", model, "silhouette"))
    by_probe = max(models, key=lambda model: record.mean("models", model, "linear_probe_accuracy"))
    return {
        **gallery(study, record, CAPTIONS),
        "table": table(record),
        "apart": NAMES[by_silhouette],
        "silhouette": record.value("models", by_silhouette, "silhouette"),
        "read": NAMES[by_probe],
        "probe": record.value("models", by_probe, "linear_probe_accuracy"),
    }


def table(record: Record) -> Table:
    """Return what was measured of each model."""
    models = record.at("models")
    neighbours = list(next(iter(models.values()))["neighbour_error"])
    rows = [
        (
            Value(NAMES[model], position, record.href),
            record.value("models", model, "validation_loss"),
            record.value("models", model, "silhouette"),
            *(record.value("models", model, "neighbour_error", k, like="tvd") for k in neighbours),
            record.value("models", model, "linear_probe_accuracy"),
            record.value("models", model, "active_units"),
            record.count("models", model, "latent_dim"),
            record.count("models", model, "parameters"),
            Value(str(len(found["seeds"])), len(found["seeds"])),
        )
        for position, (model, found) in enumerate(models.items())
    ]
    header = (
        "Model", "Loss", "Silhouette", *(f"Error, k = {k}" for k in neighbours), "Linear probe", "Active",
        "Latents", "Weights", "Runs",
    )  # fmt: skip
    return Table("What the latents of test images tell", header, rows)
