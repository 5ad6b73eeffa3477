"""Metrics of generated images and of a trained model."""

from typing import Any

import numpy as np

from pipeline.experiment.yardstick import Yardstick
from tfvae.evaluation.frechet import fid
from tfvae.evaluation.inception import inception_score
from tfvae.evaluation.kernel_distance import kid
from tfvae.evaluation.total_variation import max_class_gap, total_variation_distance

FOLLOWED_METRICS = ("fid", "tvd", "max_class_gap")
FINAL_METRICS = (
    "fid",
    "fid_relative",
    "kid",
    "tvd",
    "max_class_gap",
    "inception_score",
    "mse",
    "kl",
    "loss",
    "fid_reconstructions",
)


class Meter:
    """Measures images against the test images through the classifier."""

    def __init__(self, yardstick: Yardstick) -> None:
        from tfvae.networks.classifier import FeatureExtractor, classifier

        network = classifier(**yardstick.classifier)
        network.set_weights(yardstick.classifier_weights)
        self.yardstick, self.extract = yardstick, FeatureExtractor(network)
        self.num_classes = yardstick.classifier["num_classes"]

    def progress(self, images: np.ndarray) -> dict[str, float]:
        """Return the metrics that are followed over the periods, of generated images (N, H, W, C) in [0, 1]."""
        return self._followed(*self.extract(images))

    def final(self, images: np.ndarray) -> dict[str, float]:
        """Return all distribution-level metrics of generated images (N, H, W, C) in [0, 1]."""
        features, probabilities = self.extract(images)
        followed = self._followed(features, probabilities)
        return {
            **followed,
            "fid_relative": followed["fid"] / self.yardstick.fid_mean_image,
            "kid": kid(features, self.yardstick.features),
            "inception_score": inception_score(probabilities),
        }

    def distance(self, images: np.ndarray) -> float:
        """Return the FID of images (N, H, W, C) in [0, 1]."""
        return fid(self.extract(images)[0], self.yardstick.features)

    def _followed(self, features: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
        labels = probabilities.argmax(axis=1)
        return {
            "fid": fid(features, self.yardstick.features),
            "tvd": total_variation_distance(labels, self.yardstick.labels, self.num_classes),
            "max_class_gap": max_class_gap(labels, self.yardstick.labels, self.num_classes),
        }


def measure_on_test_images(generator: Any, meter: Meter, beta: float) -> dict[str, Any]:
    """Return what a model makes of the test images: one sample of the posterior of each, decoded."""
    images = meter.yardstick.x_test
    made = generator.reconstruct(images)
    errors = np.square(made.images - images.astype(np.float32) / 255.0)
    distortion, kl = (float(np.mean(term, dtype=np.float64)) for term in (made.distortion, made.kl))
    return {
        "mse": float(np.mean(errors.mean(axis=-1).sum(axis=(1, 2)), dtype=np.float64)),
        "kl": kl,
        "loss": distortion + beta * kl,
        "fid_reconstructions": meter.distance(made.images),
        "mean_latent": [float(value) for value in made.latents.mean(axis=0, dtype=np.float64)],
    }


def generation_noise(generator: Any, meter: Meter, images: int, repeats: int) -> dict[str, float]:
    """Return the standard deviation of FID and TVD over newly generated images of the same weights."""
    measured = [
        meter.progress(generator.images(generator.prior_latents(images, f"repeat {number}")))
        for number in range(repeats)
    ]
    return {name: float(np.std([repeat[name] for repeat in measured], ddof=1)) for name in ("fid", "tvd")}
