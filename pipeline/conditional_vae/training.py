"""Train a VAE or a conditional VAE, which gets the labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.configuration import vae
from pipeline.experiment.loop import follow, periods
from pipeline.experiment.training import Training, new_trainer
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


def configuration(
    image_shape: Sequence[int], units: Sequence[int], latent_dim: int, precision: str, num_classes: int | None = None
) -> dict[str, Any]:
    """Return the configuration of a dense Gaussian VAE, conditional with `num_classes`; the decoder mirrors `units`."""
    posterior = {"name": "diagonal_gaussian", "latent_dim": latent_dim}
    values: dict[str, Any] = {"posterior": posterior, "likelihood": "bernoulli", "precision": precision}
    plain = vae(image_shape, "mlp", list(units), list(units)[::-1], **values)
    return plain if num_classes is None else {**plain, "model": CONDITIONAL, "num_classes": num_classes}


def schedule(proposal: Mapping[str, Any], cooldown: tuple[int, int] | None) -> dict[str, Any]:
    """Return the arguments of `tfvae.training.loop.Schedule` for a trial's values."""
    names = ("beta", "batch_size", "learning_rate", "optimizer")
    return {"cooldown": cooldown, **{name: proposal[name] for name in names}}


def labels_for(training: Training, labels: np.ndarray) -> np.ndarray | None:
    """Return the labels that a model is given: none, if it is a plain VAE."""
    return labels if training.configuration["model"] == CONDITIONAL else None


def train(training: Training, data: LabelledData, progress: Progress) -> dict[str, Any]:
    """Train one model, a period per epoch.

    Return "weights", "history" (a row per epoch: "epoch" and the means of the loss's terms) and "first_epoch", the
    reconstructions of the other images after the first epoch, (N, H, W, C) in [0, 1].
    """
    from tfvae.sampling.generation import Generator

    trainer = new_trainer(training, data.x_train, labels_for(training, data.y_train))
    generator = Generator(trainer.model, training.seed)

    def row(step: int, terms: Mapping[str, float]) -> dict[str, Any]:
        epoch = step * training.periods // training.steps
        if epoch > 1:
            return {"epoch": epoch, **terms}
        shown = generator.reconstruct(data.x_other, labels=labels_for(training, data.y_other))
        return {"epoch": epoch, **terms, "images": shown.images}

    history = follow(trainer, progress, periods(training.steps, training.periods), row)
    first_epoch = history[0].pop("images")
    return {"weights": {"": trainer.model.get_weights()}, "history": {"": history}, "first_epoch": first_epoch}
