"""The models of the stage latent-analysis, and how each is trained.

Their layers are those of "Análisis del espacio latente en el auto-encoder variacional" (2022): an auto-encoder and a
VAE with one hidden layer of 300 units in each half, and a convolutional VAE. They are made for images of 28x28 pixels.
A fourth is a VAE of statically binarised images, with one hidden layer of 400 units and 40 latents. Its log-likelihood
has been published by others: pythae's reproduction of Rezende & Mohamed (2015, https://arxiv.org/abs/1505.05770).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import cooldown, vae
from pipeline.experiment.running import Job
from pipeline.latent_spaces.measuring import LabelledImages, LatentMeasuring
from pipeline.latent_spaces.training import LatentTraining

BINARY = "binary_vae"


def _layers(*rows: tuple[int, int, int, str]) -> list[dict[str, Any]]:
    return [dict(zip(("filters", "kernel", "stride", "padding"), row, strict=True)) for row in rows]


DENSE = {"network": "leaky_mlp", "encoder": [300], "decoder": [300]}
CONVOLUTIONAL = {
    "network": "leaky_cnn",
    "encoder": _layers(
        (32, 5, 1, "same"), (32, 5, 2, "same"), (64, 5, 1, "same"), (64, 5, 2, "same"), (128, 7, 1, "valid")
    ),
    "decoder": {
        "layers": _layers(
            (64, 7, 1, "valid"),
            (64, 5, 1, "same"),
            (64, 5, 2, "same"),
            (32, 5, 1, "same"),
            (32, 5, 2, "same"),
            (32, 5, 1, "same"),
        ),
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


def configuration(model: str, image_shape: Sequence[int], latent_dim: int, precision: str) -> dict[str, Any]:
    """Return the configuration of one of `LAYERS` for `tfvae.models.registry.build_model`.

    Args:
        model: its name.
        image_shape: (H, W, C).
        latent_dim: of the models that are compared.
        precision: "float32" or "bfloat16".
    """
    posterior = {
        "name": "point" if model == "auto_encoder" else "diagonal_gaussian",
        "latent_dim": _BINARY_LATENTS if model == BINARY else latent_dim,
    }
    return vae(image_shape, **LAYERS[model], posterior=posterior, likelihood="bernoulli", precision=precision)


def plan(settings: Any, images: np.ndarray, models: Path) -> list[tuple[str, Job]]:
    """Return (model, job) of every model and seed, the longest first, so that the cores finish together.

    Args:
        settings: of the stage, for one dataset.
        images: that they are trained on, (N, H, W, C) uint8.
        models: folder of the trained models.
    """
    jobs = []
    for model in sorted(LAYERS, key=lambda model: BUDGETS[model] != "convolutional"):
        budget = getattr(settings, BUDGETS[model])
        steps = budget.epochs * (len(images) // budget.batch_size)
        schedule = {
            "beta": 1.0,
            "batch_size": budget.batch_size,
            "learning_rate": budget.learning_rate,
            "cooldown": cooldown(steps, budget.cooldown_share),
        }
        described = configuration(model, images.shape[1:], settings.latent_dim, budget.precision)
        for position, seed in enumerate(budget.seeds):
            training = LatentTraining(described, schedule, seed, steps, budget.epochs, binarized=model == BINARY)
            measuring = LatentMeasuring(training, pictures=position == 0)
            jobs.append((model, Job(training, measuring, steps, models / model / f"seed-{seed}")))
    return jobs


def split(
    settings: Any, arrays: Mapping[str, np.ndarray], dataset: str
) -> tuple[np.ndarray, np.ndarray, LabelledImages]:
    """Return images to train on, those that are held out, and what the models are measured with.

    Raises:
        RuntimeError: if no image would be left to train on.
    """
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
