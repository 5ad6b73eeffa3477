"""Train a VAE or a conditional VAE, which gets the labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow, periods
from tfvae.training.jobs import Progress

SHOWN = 10


@dataclass(frozen=True)
class ConditionalTraining:
    """How one model is trained.

    Args:
        configuration: see `tfvae.models.registry.build_model`.
        schedule: arguments of `tfvae.training.loop.Schedule`.
        seed: keys everything that is drawn.
        steps: a multiple of `epochs`.
        epochs: the history has a row for each.
    """

    configuration: Mapping[str, Any]
    schedule: Mapping[str, Any]
    seed: int
    steps: int
    epochs: int

    @property
    def is_conditional(self) -> bool:
        """Whether the model gets labels."""
        return "num_classes" in self.configuration


@dataclass(frozen=True)
class ConditionalData:
    """Labelled images: those that models are trained on, and the first test images, which are reconstructed early.

    Args:
        x_train: (N, H, W, C) uint8.
        y_train: (N,).
        x_shown: (`SHOWN`, H, W, C) uint8.
        y_shown: (`SHOWN`,).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_shown: np.ndarray
    y_shown: np.ndarray


def train(training: ConditionalTraining, data: ConditionalData, progress: Progress) -> dict[str, Any]:
    """Train one model.

    Returns:
        "weights"; "history", a row per epoch: "epoch" and the means of the loss's terms; "first_epoch", what the first
        test images were reconstructed as after the first epoch, (`SHOWN`, H, W, C) in [0, 1].
    """
    from tfvae.models.registry import build_model
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    model = build_model(training.configuration, training.seed)
    labels = data.y_train if training.is_conditional else None
    trainer = Trainer(model, data.x_train, schedule_of(training.schedule), training.seed, labels)
    generator = generator_of(model, training)

    def row(step: int, terms: Mapping[str, float]) -> dict[str, Any]:
        epoch = step * training.epochs // training.steps
        if epoch > 1:
            return {"epoch": epoch, **terms}
        shown = generator.reconstruct(data.x_shown, **labels_for(training, data.y_shown))
        return {"epoch": epoch, **terms, "images": shown.images}

    history = follow(trainer, progress, periods(training.steps, training.epochs), row)
    first_epoch = history[0].pop("images")
    return {"weights": {"": model.get_weights()}, "history": {"": history}, "first_epoch": first_epoch}


def generator_of(model: Any, training: ConditionalTraining) -> Any:
    """Return what generates images of a trained model."""
    from tfvae.sampling.conditional import ConditionalGenerator
    from tfvae.sampling.generation import Generator

    return (ConditionalGenerator if training.is_conditional else Generator)(model, training.seed)


def labels_for(training: ConditionalTraining, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Return the argument "labels" of a generator's methods, which only a conditional model has."""
    return {"labels": labels} if training.is_conditional else {}
