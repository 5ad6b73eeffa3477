"""What models of one dataset are trained on and measured against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tfvae.networks.classifier import FeatureExtractor


@dataclass(frozen=True)
class Classifier:
    """A trained FID classifier.

    Args:
        configuration: arguments of `tfvae.networks.classifier.classifier`.
        weights: in the order of its layers.
    """

    configuration: Mapping[str, Any]
    weights: Sequence[np.ndarray]

    def extractor(self) -> "FeatureExtractor":
        """Return what computes features and class probabilities of images."""
        from tfvae.networks.classifier import FeatureExtractor, classifier

        network = classifier(**self.configuration)
        network.set_weights(self.weights)
        return FeatureExtractor(network)


@dataclass(frozen=True)
class Yardstick:
    """What generated images are compared with.

    Args:
        x_train: images (N, H, W, C) uint8.
        x_test: images (M, H, W, C) uint8.
        classifier: computes features and labels.
        features: of the test images, (M, D).
        labels: of the test images, as the classifier sees them, (M,).
        fid_mean_image: FID of the mean training image alone, the unit of `fid_relative`.
    """

    x_train: np.ndarray
    x_test: np.ndarray
    classifier: Classifier
    features: np.ndarray
    labels: np.ndarray
    fid_mean_image: float
