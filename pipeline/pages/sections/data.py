"""The dataset, and the classifier that measures what is generated."""

from typing import Any

from pipeline.pages.study import Study

TITLE = "The data and the yardstick"


def content(study: Study) -> dict[str, Any] | None:
    """Return the classifier's record and the picture of the data."""
    records = study.of("train-fid-classifier")
    pictures = study.pictures({"dataset": f"The first training images of each class of {study.title}"})
    return {"classifier": records[0], "pictures": pictures} if records else None
