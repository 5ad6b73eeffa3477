"""All trained models of a dataset: a table, and the figures of their quality."""

from typing import Any

from pipeline.names import NETWORK_TITLES
from pipeline.pages.study import Study
from pipeline.pages.values import RUNS, columns, table
from tfvae.evaluation.metrics import metric_titles

TITLE = "All models"
COLUMNS = (*columns({"mse": "Squared error", "kl": "KL"} | metric_titles("page")), RUNS)
NOTE = (
    "Mean ± standard deviation over the runs; each number leads to its record. Lower is better, except for the "
    "inception score and for the KL divergence, which has no better or worse. Squared error and KL (in nats) are per "
    "image of the test data, the error summed over pixels and of one sample of the posterior. A relative FID of 1 is "
    "that of the mean image alone."
)


def content(study: Study) -> dict[str, Any] | None:
    """Return the table of all models and their figures."""
    records = study.of("main-experiments", "stick-breaking")
    if not records:
        return None
    rows = [(record.model(position), record) for position, record in enumerate(records)]
    captions = {
        "overview": "Test images, their reconstructions, samples, and FID against β",
        "fid-by-beta": "FID of samples against β, each run a dot",
    }
    for network, title in NETWORK_TITLES.items():
        captions[f"reconstructions-{network}"] = f"Test images and reconstructions: {title}"
    data = table(f"{study.title}: all models", COLUMNS, rows, note=NOTE)
    return {"data": data, "pictures": study.pictures(captions)}
