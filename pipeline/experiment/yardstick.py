"""What models of one dataset are trained on and measured against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files


@dataclass(frozen=True)
class Yardstick:
    """Data to train and measure on, with the classifier that measures and its verdict on the test images."""

    x_train: np.ndarray
    x_test: np.ndarray
    classifier: Mapping[str, Any]
    classifier_weights: Sequence[np.ndarray]
    features: np.ndarray
    labels: np.ndarray
    fid_mean_image: float


def read_yardstick(data: Path, classifier: Path) -> Yardstick:
    """Return what the stages `download` and `train-fid-classifier` made for one dataset."""
    arrays, reference = files.read_npz(data), files.read_npz(classifier / "reference.npz")
    return Yardstick(
        x_train=arrays["x_train"],
        x_test=arrays["x_test"],
        classifier=files.read_json(classifier / "config.json"),
        classifier_weights=files.read_weights(classifier / "weights.npz"),
        features=reference["features"],
        labels=reference["labels"],
        fid_mean_image=float(reference["fid_mean_image"]),
    )
