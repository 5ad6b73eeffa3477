"""The dataset, and the classifier that measures what is generated."""

from typing import Any

from pipeline.pages.study import Study

TITLE = "The data and the yardstick"


def content(study: Study) -> dict[str, Any] | None:
    """Return the classifier's record."""
    records = study.of("train-fid-classifier")
    return {"classifier": records[0]} if records else None
