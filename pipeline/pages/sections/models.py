"""All trained models of a dataset: a table, and the figures of their quality."""

from typing import Any

from pipeline.names import NETWORK_TITLES
from pipeline.pages.study import Study
from pipeline.pages.values import RUNS, columns, table
from tfvae.evaluation.metrics import metric_titles

TITLE = "All models"
COLUMNS = (*columns({"mse": "Squared error", "kl": "KL"} | metric_titles("page")), RUNS)


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
    data = table(f"{study.title}: all models", COLUMNS, rows)
    return {"data": data, "pictures": study.pictures(captions)}
