"""The classification accuracy score: the quality of images as training data for a classifier."""

from dataclasses import replace
from typing import Any

import numpy as np

from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.yardstick import Yardstick
from pipeline.jobs.provenance import job_keys
from pipeline.jobs.resumable import CHECKPOINTS


def accuracy_score(
    images: np.ndarray, labels: np.ndarray, training: ClassifierTraining, yardstick: Yardstick, y_test: np.ndarray
) -> float:
    """Return the accuracy on real test images of a classifier that is trained on these images alone, in [0, 1].

    Of generated images it is the classification accuracy score (Ravuri & Vinyals, 2019,
    https://arxiv.org/abs/1905.10887), of as many real ones with the same labels its ceiling. The score has a key of its
    own, so another formula of the metrics beside it does not train the classifier again.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,) uint8.
        training: how the classifier is trained, a network like the yardstick's.
        yardstick: its test images are classified.
        y_test: the true classes of the test images.
    """
    training = replace(training, purpose="accuracy score weights")
    given = (images, labels, training, yardstick.x_test, y_test)

    def accuracy(_: Any) -> float:
        from tfvae.networks.classifier import FeatureExtractor

        trainer = training.start(images, labels)
        trainer.run(training.steps)
        predictions = FeatureExtractor(trainer.model)(yardstick.x_test)[1].argmax(axis=1)
        return float(np.mean(predictions == y_test))

    [key] = job_keys(f"{__name__}:accuracy_score", [given], None)
    return float(CHECKPOINTS.result(key, accuracy))
