"""Figures of the stage conditional."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipeline.conditional_vae.names import CHOSEN, CONDITIONAL, FIRST, NAMES
from pipeline.names import dataset_title
from tfvae.plotting.comparison import seed_dots
from tfvae.plotting.conditional import class_samples, confusion_table, trials
from tfvae.plotting.images import dataset_preview
from tfvae.plotting.latents import class_planes, named_rows
from tfvae.plotting.quantised import sample_sheets
from tfvae.plotting.scores import of_seeds, titled
from tfvae.plotting.style import INK, MODEL_COLORS

COLUMNS = ("model", "trial", "state", *CHOSEN, "share", "loss")  # of a table of trials
MEASURES = {
    "loss": "loss, nats per image",
    "fid": "FID of samples",
    "tvd": "TVD of samples",
    "kid": "KID of samples",
    "silhouette": "silhouette of latents",
}
COSTS = {"parameters": "parameters,\nmillions", "multiplications_per_image": "multiplications\nper image, millions"}
COLORS = {name: MODEL_COLORS[model] for model, name in NAMES.items()} | {"real images": INK}
_COLUMNS = 10


def draw(
    record: Mapping[str, Any],
    pictures: Mapping[str, np.ndarray],
    table: pd.DataFrame,
    images: np.ndarray,
    labels: np.ndarray,
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of a dataset's pictures, "<model>|<name>" as `measure` names it, and of its "confusion".

    The images and their labels are those of its training.
    """
    head = dataset_title(record["dataset"])
    yield "dataset", dataset_preview(images, labels, title=f"{head}: the first training images of each class")
    for name, model in {"search": CONDITIONAL, "search-vae": "vae"}.items():
        own = table[table["model"] == model].drop(columns="model").reset_index(drop=True)
        yield name, trials(own, title=f"{head}: search for the training of the {NAMES[model]}", first=FIRST)
    yield "samples", class_samples(pictures[f"{CONDITIONAL}|samples"], title=f"{head}: samples of the conditional VAE")
    samples = {"without a class: latents of the prior, decoded": np.concatenate(pictures["vae|samples"])}
    yield "samples-vae", sample_sheets(samples, columns=_COLUMNS, title=f"{head}: samples of the VAE")
    keys = {"original": "originals", "after the first epoch": "first_epoch", "after the last": "last_epoch"}
    for model, name in NAMES.items():
        rows = {title: pictures[f"{model}|{key}"] for title, key in keys.items()}
        figure = named_rows(rows, title=f"{head}, {name}: test images and reconstructions")
        yield f"reconstructions-{model.replace('_', '-')}", figure
    planes = {name: (pictures[f"{model}|plane"], pictures[f"{model}|labels"]) for model, name in NAMES.items()}
    title = f"{head}: latents of test images, arranged by t-SNE"
    note = "Latents of a conditional model need not tell the class: the decoder is told it."
    yield "latents", class_planes(planes, title=title, note=note)
    share = 100 * record["models"][CONDITIONAL]["agreement"]["mean"]
    title = f"{head}: {share:.1f} % of samples are of the class asked for"
    yield "agreement", confusion_table(pictures["confusion"], title=title)
    title = f"{head}: quality and cost of a VAE and a conditional VAE"
    note = of_seeds([len(record["seeds"])])
    yield "comparison", seed_dots(_panels(record["models"]), colors=COLORS, title=title, note=note)


def _panels(models: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    measured = {
        titled(title, key, "\n"): {NAMES[m]: models[m][key]["values"] for m in NAMES} for key, title in MEASURES.items()
    }
    costs = {title: {NAMES[m]: [models[m][key] / 1e6] for m in NAMES} for key, title in COSTS.items()}
    conditional = models[CONDITIONAL]
    accuracy = {NAMES[CONDITIONAL]: conditional["cas"]["values"], "real images": conditional["cas_ceiling"]["values"]}
    return {**measured, titled("accuracy of a classifier\ntrained on samples", "cas", "\n"): accuracy, **costs}
