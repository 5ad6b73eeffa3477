"""The figures of beta-VAEs of colour images, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.experiment.beta_figures import draw_models
from pipeline.names import ABOUT, dataset_title
from tfvae.plotting.quantised import sample_sheets
from tfvae.plotting.style import beta_text

_PREVIEWED, _PREVIEWED_COLUMNS = 96, 16


def draw(
    record: Mapping[str, Any], pictures: Mapping[str, np.ndarray], images: np.ndarray
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset; pictures are "<beta>|<name>" of what `measure` returns.

    The images are those of its training.
    """
    head, about = dataset_title(record["dataset"]), ABOUT.get(record["dataset"], "")
    title = f"{head}: the first training images, before they are prepared"
    yield "dataset", sample_sheets({about: images[:_PREVIEWED]}, columns=_PREVIEWED_COLUMNS, title=title)
    names = {key: f"β = {beta_text(model['beta'])}" for key, model in record["models"].items()}
    yield from draw_models(head, names, record, pictures, about)
