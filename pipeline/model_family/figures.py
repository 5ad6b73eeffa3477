"""Figures of the stage objectives, from the record and the pictures of one dataset."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pipeline.model_family.names import PIXELS, SAMPLERS, of_pixels
from pipeline.names import dataset_title
from tfvae.plotting.latents import named_rows
from tfvae.plotting.rows import dot_rows
from tfvae.plotting.scores import titled

_SHOWN = ("prior", "mixture")


def draw(record: Mapping[str, Any], pictures: Mapping[str, np.ndarray]) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) of every picture of one dataset; pictures are "<model>|<sampler>"."""
    head, note = dataset_title(record["dataset"]), f"{record['steps']:,} steps each"
    for pixels in record["pixels"]:
        names, of = of_pixels(list(record["models"]), pixels), f"{head}, {PIXELS[pixels]}"
        models = {name: record["models"][model] for model, name in names.items()}
        yield f"fid-{pixels}", _fid(models, of, note)
        yield f"classes-{pixels}", _classes(models, record["pixels"][pixels], of, note)
        for sampler in _SHOWN:
            rows = {name: pictures[f"{model}|{sampler}"] for model, name in names.items()}
            title = f"{of}: samples, latents of the {SAMPLERS[sampler]}"
            yield f"samples-{sampler}-{pixels}", named_rows(rows, title=title, note=f"first seeds; {note}")
        if bounds := {name: _bounds(one) for name, one in models.items() if "negative_elbo" in one}:
            label = titled("nats per image", "loss")
            about = f"{note}; {record['importance_samples']} weighted samples of each image"
            title = f"{of}: negative log-likelihood and its bound"
            yield f"likelihood-{pixels}", dot_rows(bounds, title=title, label=label, note=about)


def _fid(models: Mapping[str, Any], of: str, note: str) -> Figure:
    rows = {
        name: {SAMPLERS[sampler]: metrics["fid"]["values"] for sampler, metrics in one["samplers"].items()}
        for name, one in models.items()
    }
    title, label = f"{of}: samples by where their latents come from", titled("FID", "fid")
    return dot_rows(rows, title=title, label=label, logarithmic=True, note=note)


def _classes(models: Mapping[str, Any], pixels: Mapping[str, Any], of: str, note: str) -> Figure:
    votes = next(iter(pixels["neighbour_error"]))
    rows = {
        name: {
            "trained": one["neighbour_error"][votes]["values"],
            "untrained": one["untrained"]["neighbour_error"][votes]["values"],
        }
        for name, one in models.items()
    }
    label = titled(f"share of test images that {votes} neighbours misclassify", "neighbour_error")
    references = {"pixels": pixels["neighbour_error"][votes]}
    title = f"{of}: what latents tell of the classes"
    return dot_rows(rows, title=title, label=label, references=references, note=note)


def _bounds(model: Mapping[str, Any]) -> dict[str, list[float]]:
    return {
        "bound": model["negative_elbo"]["values"],
        "negative log-likelihood": model["negative_log_likelihood"]["values"],
    }
