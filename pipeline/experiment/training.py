"""Train one VAE, and keep the data of each period for its metrics; nothing is measured here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.experiment.loop import follow, periods
from pipeline.experiment.yardstick import Classifier
from tfvae.training.errors import TrainingDiverged
from tfvae.training.jobs import Progress

if TYPE_CHECKING:
    from tfvae.training.loop import Trainer


@dataclass(frozen=True)
class Training:
    """The training of one model: a configuration for `build_model`, a `schedule` for `Schedule`, a seed for all draws.

    The history has a row for each of `periods`, of which `steps` are a multiple. At the end of each period but the
    last, `period_images` are generated for its metrics; 0: none.
    """

    configuration: Mapping[str, Any]
    schedule: Mapping[str, Any]
    seed: int
    steps: int
    periods: int = 10
    period_images: int = 0

    @property
    def configurations(self) -> dict[str, Any]:
        """The configuration of each part; a model of one part has the part ""."""
        return {"": self.configuration}


@dataclass(frozen=True)
class TrainingData:
    """Images (N, H, W, C) uint8, and the classifier for images that are generated after each period, if any."""

    x_train: np.ndarray
    classifier: Classifier | None = None


def train(training: Training, data: TrainingData, progress: Progress) -> dict[str, Any]:
    """Train one model; a loss that is NaN or infinite raises TrainingDiverged.

    Return "weights" and "history", a row per period: "step", the means of the loss's terms and, of generated images,
    their features' "mean" (D,) and "covariance" (D, D), and their "labels" (N,) as the classifier sees them.
    """
    from tfvae.evaluation.moments import gaussian_statistics
    from tfvae.sampling.generation import Generator

    trainer = new_trainer(training, data.x_train)
    generator = Generator(trainer.model, training.seed)
    extract = data.classifier.extractor() if data.classifier and training.period_images else None
    stops = periods(training.steps, training.periods)

    def row(step: int, terms: Mapping[str, float]) -> dict[str, Any]:
        if extract is None or step == training.steps:
            return {"step": step, **terms}
        latents = generator.prior_latents(training.period_images, f"period {stops.index(step) + 1}")
        features, probabilities = extract(generator.images(latents))
        mean, covariance = gaussian_statistics(features)
        labels = probabilities.argmax(axis=1).astype(np.uint8)
        return {"step": step, **terms, "mean": mean, "covariance": covariance, "labels": labels}

    try:
        history = follow(trainer, progress, stops, row)
    except TrainingDiverged as error:
        name = f"{training.configuration['posterior']['name']} {training.configuration['network']}"
        raise TrainingDiverged(f"{name}: {error}") from error
    return {"weights": {"": trainer.model.get_weights()}, "history": {"": history}}


def new_trainer(training: Training, images: np.ndarray, labels: np.ndarray | None = None) -> "Trainer":
    """Return a new model's trainer on one core, for images (N, H, W, C) uint8 and, if conditional, labels (N,)."""
    from tfvae.models.registry import build_model
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    model = build_model(training.configuration, training.seed)
    return Trainer(model, images, schedule_of(training.schedule), training.seed, labels)
