"""The classification accuracy score: what images are worth as training data."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def accuracy_of_a_new_classifier(images: np.ndarray, labels: np.ndarray, seed: int, shared: Mapping[str, Any]) -> float:
    """Return the accuracy on real test images of a classifier that was trained on these images alone.

    Of generated images it is the classification accuracy score (Ravuri & Vinyals, 2019,
    https://arxiv.org/abs/1905.10887), of as many real ones with the same labels its ceiling.

    Args:
        images: (N, H, W, C) uint8.
        labels: (N,) uint8.
        seed: keys the initial weights and the training.
        shared: "yardstick" with the test images, their true classes "y_test", and "classifier": "steps", "batch_size",
            "learning_rate" and "dropout" of its training.
    """
    from tfvae.networks.classifier import FeatureExtractor, classifier
    from tfvae.networks.layers import initialize
    from tfvae.training.classification import ClassifierTrainer

    network = classifier(**shared["yardstick"].classifier.configuration)
    initialize(network, seed, "accuracy score weights")
    settings = {**shared["classifier"], "seed": seed}
    ClassifierTrainer(network, images, labels, **settings).run(settings["steps"])
    received = FeatureExtractor(network)(shared["yardstick"].x_test)[1].argmax(axis=1)
    return float(np.mean(received == shared["y_test"]))
