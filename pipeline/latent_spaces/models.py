"""The models of the stage latent-analysis, and how each is trained.

Their layers are those of "Análisis del espacio latente en el auto-encoder variacional" (2022): an auto-encoder and a
VAE with one hidden layer of 300 units in each half, and a convolutional VAE. They are made for images of 28x28 pixels.
A fourth is a VAE of statically binarised images, with one hidden layer of 400 units and 40 latents, because its
log-likelihood has been published: pythae's reproduction of Rezende & Mohamed (2015, https://arxiv.org/abs/1505.05770).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.latent_spaces.measuring import LabelledImages
from pipeline.latent_spaces.training import LatentTraining
from tfvae.evaluation.summaries import summarize

BINARY = "binary_vae"


def _layers(*rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    names = ("filters", "kernel", "stride", "padding")
    return [dict(zip(names, (*row, "same"), strict=False)) for row in rows]


DENSE = {"network": "leaky_mlp", "encoder": [300], "decoder": [300]}
CONVOLUTIONAL = {
    "network": "leaky_cnn",
    "encoder": _layers((32, 5, 1), (32, 5, 2), (64, 5, 1), (64, 5, 2), (128, 7, 1, "valid")),
    "decoder": {
        "layers": _layers((64, 7, 1, "valid"), (64, 5, 1), (64, 5, 2), (32, 5, 1), (32, 5, 2), (32, 5, 1)),
        "kernel": 5,
    },
}
LAYERS: dict[str, dict[str, Any]] = {
    "auto_encoder": DENSE,
    "vae": DENSE,
    "conv_vae": CONVOLUTIONAL,
    BINARY: {"network": "mlp", "encoder": [400], "decoder": [400]},
}
# The budget of the dataset that each is trained with.
BUDGETS = {"auto_encoder": "dense", "vae": "dense", "conv_vae": "convolutional", BINARY: "binary"}
_BINARY_LATENTS = 40


def plan(settings: Any, images: np.ndarray, models: Path) -> list[Job]:
    """Return a job for every model and seed on images (N, H, W, C) uint8, the longest first to fill the cores."""
    jobs = []
    for model in sorted(LAYERS, key=lambda model: BUDGETS[model] != "convolutional"):
        budget, is_binary = getattr(settings, BUDGETS[model]), model == BINARY
        steps = budget.epochs * (len(images) // budget.batch_size)
        posterior = {
            "name": "point" if model == "auto_encoder" else "diagonal_gaussian",
            "latent_dim": _BINARY_LATENTS if is_binary else settings.latent_dim,
        }
        values = {**LAYERS[model], "posterior": posterior, "likelihood": "bernoulli", "precision": budget.precision}
        configuration, schedule = vae(images.shape[1:], **values), cooling_schedule(budget, 1.0, steps)
        for seed in budget.seeds:
            training = LatentTraining(configuration, schedule, seed, steps, budget.epochs, binarized=is_binary)
            measuring = Measuring(training, pictures=seed == budget.seeds[0])
            jobs.append(Job(training, measuring, models / model / f"seed-{seed}", model))
    return jobs


def split(
    settings: Any, arrays: Mapping[str, np.ndarray], dataset: str
) -> tuple[np.ndarray, np.ndarray, LabelledImages]:
    """Return images to train on, held-out ones and the labelled ones of measuring; RuntimeError if none trains."""
    held_out, probe, x_train = settings.validation_images, slice(settings.probe_images), arrays["x_train"]
    if held_out >= len(x_train):
        raise RuntimeError(
            f"latent_analysis.{dataset}.validation_images must leave images to train on. "
            f"Received: {held_out} of {len(x_train)}"
        )
    labelled = LabelledImages(
        *(x_train[probe], arrays["y_train"][probe], arrays["x_test"], arrays["y_test"]),
        *(settings.tsne_images, settings.neighbours, settings.importance_samples),
    )
    return x_train[:-held_out], x_train[-held_out:], labelled


def describe(outcomes: Sequence[Outcome], settings: Any) -> dict[str, Any]:
    """Return {"models": {model: its training and summaries over seeds}, "likelihood": the same of the binarised}."""
    runs, models = by_model(outcomes), {}
    for model in LAYERS:
        first = runs[model][0]
        models[model] = {
            **getattr(settings, BUDGETS[model]).model_dump(),
            "latent_dim": first.job.training.configuration["posterior"]["latent_dim"],
            "parameters": sum(weight.size for weight in first.trained["weights"][""]),
            "training_loss": summarize([run.trained["row"]["loss"] for run in runs[model]]),
            **summarize_runs(runs[model]),
        }
    return {"likelihood": {**models.pop(BINARY), "importance_samples": settings.importance_samples}, "models": models}
