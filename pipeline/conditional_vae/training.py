"""Train a VAE or a conditional VAE, which gets the labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow, periods
from pipeline.experiment.training import Training
from tfvae.training.jobs import Progress

SHOWN = 10
CONDITIONAL = "conditional_vae"


@dataclass(frozen=True)
class LabelledData:
    """Images (N, H, W, C) uint8 with their classes (N,), to train on, and others that are reconstructed meanwhile."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_other: np.ndarray
    y_other: np.ndarray


def labels_for(training: Training, labels: np.ndarray) -> np.ndarray | None:
    """Return the labels that a model is given: none, if it is a plain VAE."""
    return labels if training.configuration["model"] == CONDITIONAL else None


def train(training: Training, data: LabelledData, progress: Progress) -> dict[str, Any]:
    """Train one model, a period per epoch.

    Returns:
        "weights"; "history", a row per epoch: "epoch" and the means of the loss's terms; "first_epoch", the
        reconstructions of the other images after the first epoch, (N, H, W, C) in [0, 1].
    """
    from tfvae.models.registry import build_model
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    model, seed = build_model(training.configuration, training.seed), training.seed
    labels = labels_for(training, data.y_train)
    trainer = Trainer(model, data.x_train, schedule_of(training.schedule), seed, labels)
    generator = Generator(model, seed)

    def row(step: int, terms: Mapping[str, float]) -> dict[str, Any]:
        epoch = step * training.periods // training.steps
        if epoch > 1:
            return {"epoch": epoch, **terms}
        shown = generator.reconstruct(data.x_other, labels=labels_for(training, data.y_other))
        return {"epoch": epoch, **terms, "images": shown.images}

    history = follow(trainer, progress, periods(training.steps, training.periods), row)
    first_epoch = history[0].pop("images")
    return {"weights": {"": model.get_weights()}, "history": {"": history}, "first_epoch": first_epoch}
