"""Figures of the stage latent-analysis."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline import files
from pipeline.latent_spaces.names import NAMES
from pipeline.names import dataset_title
from tfvae.plotting import comparison, latents
from tfvae.plotting.scores import seeds, titled
from tfvae.plotting.style import MODEL_COLORS

COLUMNS = ("epoch", "loss", "validation_loss")
Histories = Mapping[str, Sequence[pd.DataFrame]]


def draw(
    record: Mapping[str, Any], pictures: Mapping[str, np.ndarray], histories: Histories
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset; pictures are "<model>|<name>" of what `measure` returns."""
    head = dataset_title(record["dataset"])
    models = {model: NAMES[model] for model in record["models"]}

    def of(name: str) -> dict[str, np.ndarray]:
        return {title: pictures[f"{model}|{name}"] for model, title in models.items()}

    labels, note = next(iter(of("labels").values())), _training(record["models"])
    shown: dict[str, Any] = {"colors": {NAMES[model]: MODEL_COLORS[model] for model in NAMES}}
    title, named = f"{head}: training", {models[m]: histories[m] for m in models}
    yield "losses", comparison.held_out_curves(named, title=title, note=note, **shown)
    rows = {"original": next(iter(of("originals").values())), **of("reconstructions")}
    yield "reconstructions", latents.named_rows(rows, title=f"{head}: test images and reconstructions")
    centroids = latents.named_rows(of("centroids"), title=f"{head}: the mean latents of each class, decoded")
    yield "centroids", centroids
    title = f"{head}: latents of the prior, decoded"
    about = "An auto-encoder learns without a prior, so it need not decode such latents to anything."
    yield "prior-samples", latents.named_rows(of("samples"), title=title, note=about)
    about = "From 2.5 standard deviations below its mean to as many above; all others stay as for one test image."
    title = f"{head}: along each latent dimension"
    yield "traversals", latents.traversal_grids(of("traversals"), title=title, note=about)
    planes = {name: (plane, labels[: len(plane)]) for name, plane in of("plane").items()}
    yield "tsne", latents.class_planes(planes, title=f"{head}: latents of test images, arranged by t-SNE", note=note)
    profiles = {name: (values, labels) for name, values in of("silhouettes").items()}
    yield "silhouettes", latents.silhouette_profiles(profiles, title=f"{head}: silhouettes of the classes")
    key = "kl_per_dimension"
    carried = {NAMES[model]: values[key] for model, values in record["models"].items() if key in values}
    yield "latent-use", latents.latent_use(carried, title=f"{head}: what each latent dimension carries", **shown)
    title, panels = f"{head}: what the latents tell of the classes", _panels(record["models"])
    yield "scores", comparison.seed_dots(panels, title=title, note=note, **shown)


def _training(models: Mapping[str, Any]) -> str:
    """Return how long each model was trained, and on how many seeds: a short training explains a poor score."""
    return "; ".join(
        f"{NAMES[model]}: {values['epochs']} epochs, {seeds(len(values['seeds']))}" for model, values in models.items()
    )


def _panels(models: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Return the panels of the scores: a summary's values by measure and model."""

    def panel(*keys: str) -> dict[str, list[float]]:
        return {NAMES[model]: reduce(getitem, keys, values)["values"] for model, values in models.items()}

    neighbours = next(iter(models.values()))["neighbour_error"]
    return {
        titled("silhouette", "silhouette", "\n"): panel("silhouette"),
        **{
            titled(f"error of {k} neighbours", "neighbour_error", "\n"): panel("neighbour_error", k) for k in neighbours
        },
        titled("accuracy, linear probe", "linear_probe_accuracy", "\n"): panel("linear_probe_accuracy"),
        "active units": panel("active_units"),
    }


def read_histories(folder: Path, record: Mapping[str, Any]) -> Histories:
    """Return {model: a table per seed} of the models of a record."""
    return {
        model: [files.read_csv(folder / model / f"seed-{seed}" / "history.csv", COLUMNS) for seed in described["seeds"]]
        for model, described in record["models"].items()
    }
