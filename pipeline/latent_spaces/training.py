"""Train one auto-encoder or VAE, and follow its loss on held-out images."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow, periods
from tfvae.training.jobs import Progress

BINARIZATION_SEED = 0  # images are binarised once for all models and seeds


@dataclass(frozen=True)
class LatentTraining:
    """How one model is trained.

    Args:
        configuration: see `tfvae.models.registry.build_model`.
        schedule: arguments of `tfvae.training.loop.Schedule`.
        seed: keys everything that is drawn, but for the binarisation.
        steps: a multiple of `epochs`.
        epochs: the history has a row for each.
        binarized: whether it sees binary images.
    """

    configuration: Mapping[str, Any]
    schedule: Mapping[str, Any]
    seed: int
    steps: int
    epochs: int
    binarized: bool


@dataclass(frozen=True)
class LatentData:
    """Images (N, H, W, C) uint8 that models are trained on, and others that are held out."""

    training: np.ndarray
    validation: np.ndarray


def train(training: LatentTraining, data: LatentData, progress: Progress) -> dict[str, Any]:
    """Train one model.

    Returns:
        "weights"; "history", a row per epoch: "epoch", the means of the loss's terms, and those of the held-out images,
        "validation_loss", "validation_distortion" and "validation_kl", in nats per image.
    """
    from tfvae.models.registry import build_model
    from tfvae.sampling.generation import Generator
    from tfvae.sampling.importance import binarize
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    images, held_out = data.training, data.validation
    if training.binarized:
        images = binarize(images, BINARIZATION_SEED, "binarized training")
        held_out = binarize(held_out, BINARIZATION_SEED, "binarized validation")
    model = build_model(training.configuration, training.seed)
    trainer = Trainer(model, images, schedule_of(training.schedule), training.seed)
    generator = Generator(model, training.seed)

    def row(step: int, terms: Mapping[str, float]) -> dict[str, Any]:
        epoch = step * training.epochs // training.steps
        reconstructions = generator.reconstruct(held_out, f"validation {epoch}")
        distortion, kl = (
            float(np.mean(term, dtype=np.float64)) for term in (reconstructions.distortion, reconstructions.kl)
        )
        validation = {"loss": distortion + kl, "distortion": distortion, "kl": kl}
        return {"epoch": epoch, **terms, **{f"validation_{name}": value for name, value in validation.items()}}

    history = follow(trainer, progress, periods(training.steps, training.epochs), row)
    return {"weights": {"": model.get_weights()}, "history": {"": history}}
