"""Figures of the stage latent-analysis."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline.latent_spaces.names import NAMES
from pipeline.names import dataset_title
from tfvae.plotting.latents import (
    class_planes,
    held_out_curves,
    latent_use,
    named_rows,
    seed_dots,
    silhouette_profiles,
    traversal_grids,
)


def draw(
    record: Mapping[str, Any],
    pictures: Mapping[str, np.ndarray],
    histories: Mapping[str, Sequence[pd.DataFrame]],
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset.

    Args:
        record: of the stage latent-analysis.
        pictures: "<model>|<name>" as `pipeline.latent_spaces.measuring.measure` returns them.
        histories: by model, a table per seed.
    """
    head = dataset_title(record["dataset"])
    models = {model: NAMES[model] for model in record["models"]}

    def of(name: str) -> dict[str, np.ndarray]:
        return {title: pictures[f"{model}|{name}"] for model, title in models.items()}

    originals = pictures[f"{next(iter(models))}|originals"]
    yield "losses", held_out_curves({models[m]: histories[m] for m in models}, title=f"{head}: training")
    yield (
        "reconstructions",
        named_rows({"original": originals, **of("reconstructions")}, title=f"{head}: test images and reconstructions"),
    )
    yield "centroids", named_rows(of("centroids"), title=f"{head}: the mean latents of each class, decoded")
    yield (
        "prior-samples",
        named_rows(
            of("samples"),
            title=f"{head}: latents of the prior, decoded",
            note="The auto-encoder was never told of one.",
        ),
    )
    yield "traversals", traversal_grids(
        of("traversals"), title=f"{head}: along each latent dimension",
        note="From 2.5 standard deviations below its mean to as many above; all others stay as for one test image.",
    )  # fmt: skip
    labels = pictures[f"{next(iter(models))}|labels"]
    planes = {name: (plane, labels[: len(plane)]) for name, plane in of("plane").items()}
    yield "tsne", class_planes(planes, title=f"{head}: latents of test images, arranged by t-SNE")
    profiles = {name: (values, labels) for name, values in of("silhouettes").items()}
    yield "silhouettes", silhouette_profiles(profiles, title=f"{head}: silhouettes of the classes")
    carried = {
        models[m]: values["kl_per_dimension"] for m, values in record["models"].items() if "kl_per_dimension" in values
    }
    yield "latent-use", latent_use(carried, title=f"{head}: what each latent dimension carries")
    yield "scores", seed_dots(_panels(record["models"]), title=f"{head}: what the latents tell of the classes")


def _panels(models: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Return the panels of the scores: a summary's values by measure and model."""
    neighbours = next(iter(models.values()))["neighbour_error"]
    paths = {
        "silhouette": ("silhouette",),
        **{f"error of {k} neighbours": ("neighbour_error", k) for k in neighbours},
        "accuracy, linear probe": ("linear_probe_accuracy",),
        "active units": ("active_units",),
    }
    panels: dict[str, dict[str, list[float]]] = {}
    for title, path in paths.items():
        for model, values in models.items():
            for key in path:
                values = values[key]
            panels.setdefault(title, {})[NAMES[model]] = values["values"]
    return panels


def read_histories(folder: Path, record: Mapping[str, Any]) -> dict[str, list[pd.DataFrame]]:
    """Return {model: a table per seed} of the models of a record."""
    return {
        model: [pd.read_csv(folder / model / f"seed-{seed}" / "history.csv") for seed in described["seeds"]]
        for model, described in record["models"].items()
    }
