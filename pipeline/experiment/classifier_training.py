"""Train the classifier whose features and labels the metrics use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow
from tfvae.training.jobs import Progress

_PERIOD_STEPS = 500


@dataclass(frozen=True)
class ClassifierTraining:
    """The training of a classifier: arguments of `ClassifierTrainer` and, in `configuration`, of `classifier`.

    Its initial weights are drawn for `purpose`; with 0 steps they stay.
    """

    configuration: Mapping[str, Any]
    seed: int
    steps: int
    batch_size: int
    learning_rate: float
    dropout: float
    purpose: str = "classifier weights"

    @property
    def configurations(self) -> dict[str, Any]:
        """The configuration of its only part."""
        return {"": self.configuration}

    def start(self, images: np.ndarray, labels: np.ndarray) -> Any:
        """Return the trainer of a new network, at step 0."""
        from tfvae.networks.classifier import classifier
        from tfvae.networks.layers import initialize
        from tfvae.training.classification import ClassifierTrainer

        network = classifier(**self.configuration)
        initialize(network, self.seed, self.purpose)
        settings = {name: value for name, value in vars(self).items() if name not in ("configuration", "purpose")}
        return ClassifierTrainer(network, images, labels, **settings)


def train(training: ClassifierTraining, data: Mapping[str, np.ndarray], progress: Progress) -> dict[str, Any]:
    """Return the "weights" of a classifier of "x_train" and "y_train"."""
    from tfvae.training.runtime import use_one_core

    use_one_core()
    trainer = training.start(data["x_train"], data["y_train"])
    stops = [*range(_PERIOD_STEPS, training.steps, _PERIOD_STEPS), training.steps]
    follow(trainer, progress, stops, lambda step, _: {"step": step})
    return {"weights": {"": trainer.model.get_weights()}}


def classifier_configuration(images: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Return the arguments of `classifier` for images (N, H, W, C); two classes if all labels (N,) are 0."""
    return {"image_shape": list(images.shape[1:]), "num_classes": max(int(labels.max()) + 1, 2)}
