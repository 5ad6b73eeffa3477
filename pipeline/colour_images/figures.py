"""The figures of beta-VAEs of colour images, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.names import ABOUT, dataset_title
from tfvae.plotting.latents import named_rows, traversal_grids
from tfvae.plotting.quantised import sample_sheets, score_bars
from tfvae.plotting.scores import seeds, titled
from tfvae.plotting.style import beta_color, beta_text

MEASURES = {
    "recall": "test images that look like samples",
    "fid": "FID of samples",
    "mse": "squared error of reconstructions",
    "kl": "KL divergence, nats per image",
}
_COLUMNS, _PREVIEWED, _PREVIEWED_COLUMNS = 6, 96, 16


def draw(
    record: Mapping[str, Any], pictures: Mapping[str, np.ndarray], images: np.ndarray
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset; pictures are "<beta>|<name>" of what `measure` returns.

    The images are those of its training.
    """
    head, models, about = dataset_title(record["dataset"]), record["models"], ABOUT.get(record["dataset"], "")
    names = {key: f"β = {beta_text(model['beta'])}" for key, model in models.items()}

    def of(kind: str) -> dict[str, np.ndarray]:
        return {name: pictures[f"{key}|{kind}"] for key, name in names.items()}

    title = f"{head}: the first training images, before they are prepared"
    yield "dataset", sample_sheets({about: images[:_PREVIEWED]}, columns=_PREVIEWED_COLUMNS, title=title)
    title, first = f"{head}: samples", f"models of the first of {seeds(len(record['seeds']))}"
    yield "samples", sample_sheets(of("samples"), columns=_COLUMNS, title=title, note=first)
    rows = {"original": next(iter(of("originals").values())), **of("reconstructions")}
    yield "reconstructions", named_rows(rows, title=f"{head}: test images and reconstructions")
    note = (
        "The most informative dimensions, from 2.5 standard deviations below the mean to as many above. A row that "
        "does not change belongs to a latent that is hardly used."
    )
    yield "traversals", traversal_grids(of("traversals"), title=f"{head}: along single latents", note=note)
    ends = of("ends")
    lines = {name: np.stack([ends[name][0], *between, ends[name][1]]) for name, between in of("interpolation").items()}
    note = "First and last: the test images themselves. Between them: what is decoded from latents on a straight line."
    title = f"{head}: from one test image to another"
    yield "interpolation", named_rows(lines, title=title, note=f"{note} {about}".strip())
    floors = {"training images": record["fid_floor"], "mean image": record["fid_mean_image"]}
    colors = {name: beta_color(models[key]["beta"]) for key, name in names.items()}
    for measure, title in MEASURES.items():
        scores = {name: models[key][measure]["values"] for key, name in names.items()}
        about_fid: dict[str, Any] = {"references": floors, "note": f"features of a {record['features']} network"}
        more = about_fid if measure == "fid" else {}
        axis = titled(title, measure)
        yield measure, score_bars(scores, colors=colors, label=axis, title=f"{head}: {title}", **more)
