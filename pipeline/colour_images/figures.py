"""The figures of beta-VAEs of colour images, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.names import dataset_title
from tfvae.plotting.latents import named_rows, traversal_grids
from tfvae.plotting.quantised import sample_sheets, score_bars
from tfvae.plotting.style import beta_color, beta_text

MEASURES = {"fid": "FID of samples", "mse": "squared error of reconstructions", "kl": "KL divergence, nats per image"}
_COLUMNS = 6


def draw(record: Mapping[str, Any], pictures: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset.

    Args:
        record: of the stage colour.
        pictures: "<beta>|<name>", see `pipeline.colour_images.measuring.take_pictures`.
    """
    head = dataset_title(record["dataset"])
    names = {key: f"β = {beta_text(model['beta'])}" for key, model in record["models"].items()}
    first = next(iter(names))
    sheets = {name: pictures[f"{key}|samples"] for key, name in names.items()}
    yield "samples", sample_sheets(sheets, columns=_COLUMNS, title=f"{head}: samples")
    rows = {name: pictures[f"{key}|reconstructions"] for key, name in names.items()}
    yield "reconstructions", named_rows(
        {"original": pictures[f"{first}|originals"], **rows}, title=f"{head}: test images and reconstructions"
    )  # fmt: skip
    grids = {name: pictures[f"{key}|traversals"] for key, name in names.items()}
    yield "traversals", traversal_grids(
        grids, title=f"{head}: along single latents",
        note="The most informative dimensions, from 2.5 standard deviations below the mean to as many above.",
    )  # fmt: skip
    lines = {}
    for key, name in names.items():
        (one, other), between = pictures[f"{key}|ends"], pictures[f"{key}|interpolation"]
        lines[name] = np.stack([one, *between, other])
    yield "interpolation", named_rows(
        lines, title=f"{head}: from one photograph to another",
        note="The first and the last image are the photographs; between them, latents on a straight line.",
    )  # fmt: skip
    floors = {"training images": record["fid_floor"], "mean image": record["fid_mean_image"]}
    for measure, title in MEASURES.items():
        scores = {name: record["models"][key][measure]["values"] for key, name in names.items()}
        yield measure, score_bars(
            scores, colors={name: beta_color(record["models"][key]["beta"]) for key, name in names.items()},
            references=floors if measure == "fid" else None, title=f"{head}: {title}", label=title,
            note=f"features of a {record['features']} network" if measure == "fid" else None,
        )  # fmt: skip
