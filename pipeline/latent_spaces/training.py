"""Train one auto-encoder or VAE, and follow its loss on held-out images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow, periods
from pipeline.experiment.training import Training, new_trainer
from tfvae.training.jobs import Progress

BINARIZATION_SEED = 0  # images are binarised once for all models and seeds


@dataclass(frozen=True)
class LatentTraining(Training):
    """How one model is trained, a period per epoch, and whether it sees binarised images."""

    binarized: bool = False


def train(training: LatentTraining, data: Sequence[np.ndarray], progress: Progress) -> dict[str, Any]:
    """Train one model on images (N, H, W, C) uint8, the first of `data`; the second are held out.

    Return "weights" and "history", a row per epoch: "epoch", the means of the loss's terms, and "validation_loss",
    "validation_distortion" and "validation_kl" of the held-out images, in nats per image.
    """
    from tfvae.sampling.binary import binarize
    from tfvae.sampling.generation import Generator

    images, held_out = data
    if training.binarized:
        images = binarize(images, BINARIZATION_SEED, "binarized training")
        held_out = binarize(held_out, BINARIZATION_SEED, "binarized validation")
    trainer = new_trainer(training, images)
    generator = Generator(trainer.model, training.seed)

    def row(step: int, terms: Mapping[str, float]) -> dict[str, Any]:
        epoch = step * training.periods // training.steps
        losses = generator.reconstruct(held_out, f"validation {epoch}").mean_terms()
        return {"epoch": epoch, **terms, **{f"validation_{name}": value for name, value in losses.items()}}

    history = follow(trainer, progress, periods(training.steps, training.periods), row)
    return {"weights": {"": trainer.model.get_weights()}, "history": {"": history}}
