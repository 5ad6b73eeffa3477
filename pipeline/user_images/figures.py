"""The figures of a user's own images, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.experiment.beta_figures import draw_models
from pipeline.user_images.names import model_names
from tfvae.plotting.quantised import sample_sheets

_PREVIEWED, _COLUMNS = 96, 16


def draw(
    record: Mapping[str, Any], pictures: Mapping[str, np.ndarray], images: np.ndarray
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset; the images are those of its training."""
    head = record["dataset"]
    title = f"{head}: the first training images, in the shape to which they are brought"
    yield "dataset", sample_sheets({"": images[:_PREVIEWED]}, columns=_COLUMNS, title=title)
    yield from draw_models(head, model_names(record), record, pictures)
