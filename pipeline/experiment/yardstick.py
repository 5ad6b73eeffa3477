"""A dataset's training images, and the standard for generated ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tfvae.networks.classifier import FeatureExtractor


@dataclass(frozen=True)
class Classifier:
    """A trained FID classifier: arguments of `tfvae.networks.classifier.classifier`, and weights by layer."""

    configuration: Mapping[str, Any]
    weights: Sequence[np.ndarray]

    def extractor(self) -> "FeatureExtractor":
        """Return the extractor of images' features and class probabilities."""
        from tfvae.networks.classifier import FeatureExtractor, classifier

        network = classifier(**self.configuration)
        network.set_weights(self.weights)
        return FeatureExtractor(network)


@dataclass(frozen=True)
class Yardstick:
    """The standard for generated images: real images (N, H, W, C) and (M, H, W, C) uint8, and a classifier.

    It holds test features (M, D), and their `labels` (M,) as the classifier sees them. `fid_mean_image`, the FID of
    copies of the mean training image, is the unit of `fid_relative`.
    """

    x_train: np.ndarray
    x_test: np.ndarray
    classifier: Classifier
    features: np.ndarray
    labels: np.ndarray
    fid_mean_image: float
