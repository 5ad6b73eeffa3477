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
    """Return a classifier's accuracy, in [0, 1], on real test images after training on images (N, H, W, C) uint8 alone.

    Of generated images it is the classification accuracy score (Ravuri & Vinyals, 2019,
    https://arxiv.org/abs/1905.10887), of as many real ones with the same labels its ceiling. The score has a key of its
    own, so a change of the metrics beside it does not train the classifier again. `y_test` are the true classes of the
    yardstick's test images.
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
