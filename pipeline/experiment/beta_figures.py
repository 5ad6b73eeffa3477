"""Figures of beta-VAEs without classes: samples, reconstructions, traversals, interpolations and scores."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tfvae.plotting.latents import named_rows, traversal_grids
from tfvae.plotting.quantised import sample_sheets, score_bars
from tfvae.plotting.scores import seeds, titled
from tfvae.plotting.style import beta_color

MEASURES = {
    "recall": "test images that look like samples",
    "fid": "FID of samples",
    "mse": "squared error of reconstructions",
    "kl": "KL divergence, nats per image",
}
_COLUMNS = 6


def draw_models(
    head: str, names: Mapping[str, str], record: Mapping[str, Any], pictures: Mapping[str, np.ndarray], about: str = ""
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of the models of a record, {key: name}, of a dataset with the title `head`.

    Pictures are "<key>|<name>" of what `pipeline.experiment.unclassified.measure` returns; `about` is a note on the
    images.
    """
    models = record["models"]

    def of(kind: str) -> dict[str, np.ndarray]:
        return {name: pictures[f"{key}|{kind}"] for key, name in names.items()}

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
