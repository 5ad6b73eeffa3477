"""The network that provides the features of metrics for images that may have no classes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.classifier_training import ClassifierTraining, classifier_configuration
from pipeline.experiment.job import Job


def feature_job(settings: Any, arrays: Mapping[str, np.ndarray], folder: Path) -> Job:
    """Return the job of the network that provides the features of the metrics.

    With classes it is trained to tell them. Without, its weights stay as they were drawn: random features see colours
    and edges, and rank sets of images much as trained ones do, on a scale of their own.
    """
    described = classifier_configuration(arrays["x_train"], arrays["y_train"])
    steps = settings.feature_steps if has_classes(arrays["y_train"]) else 0
    budget = (described, settings.feature_seed, steps, settings.batch_size, settings.feature_learning_rate)
    training = ClassifierTraining(*budget, dropout=0.5, purpose="feature network")
    return Job(training, training, folder)


def has_classes(y_train: np.ndarray) -> bool:
    """Return whether images with these labels (N,) are of several classes."""
    return bool(y_train.max() > 0)
