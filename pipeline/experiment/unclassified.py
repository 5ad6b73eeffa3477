"""Measure one VAE on images that may have no classes: its samples, its reconstructions and its latents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Measuring, Meter, measure_on_test_images, trained_generator
from pipeline.experiment.pictures import POINTS, traversal_pictures
from pipeline.experiment.yardstick import Yardstick
from tfvae.evaluation.metrics import METRICS
from tfvae.images import to_bytes

_SAMPLES, _SHOWN, _DIMENSIONS, _CANDIDATES = 36, 10, 8, 50
_OF_FEATURES = ("moments", "features")  # what a metric compares that needs no classes


@dataclass(frozen=True)
class Standard:
    """The standard for all models of one dataset; `has_classes` says whether its classifier's classes mean anything."""

    yardstick: Yardstick
    has_classes: bool
    neighbours: int
    neighbour_images: int


class Judge(Meter):
    """A meter that measures by features alone where there are no classes, and adds precision, recall and the like."""

    def __init__(self, standard: Standard) -> None:
        super().__init__(standard.yardstick)
        self._standard = standard

    def of_samples(self, images: np.ndarray) -> dict[str, float]:
        """Return the metrics of generated images (N, H, W, C) in [0, 1]."""
        from tfvae.evaluation.precision_recall import precision_recall_density_coverage

        near = slice(self._standard.neighbour_images)
        generated, metrics = self.extract(images[near])[0], self.final(images)
        if not self._standard.has_classes:
            metrics = {name: value for name, value in metrics.items() if METRICS[name].compares in _OF_FEATURES}
        features = self.yardstick.features[near]
        return {**metrics, **precision_recall_density_coverage(features, generated, self._standard.neighbours)}


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return a trained model's "metrics", and "pictures" if they are wanted."""
    from tfvae.evaluation.latent_space import active_units
    from tfvae.sampling.encoding import posterior_means

    yardstick, judge = standard.yardstick, Judge(standard)
    generator = trained_generator(measuring.training, trained["weights"][""])
    images = generator.images(generator.prior_latents(measuring.images, "samples"))
    of_samples = judge.of_samples(images)
    of_test = measure_on_test_images(generator, judge, measuring.training.schedule["beta"])
    del of_test["mean_latent"]
    active = int(active_units(posterior_means(generator.model, yardstick.x_test)).sum())
    metrics = {**of_samples, **of_test, "active_units": active}
    return {"metrics": metrics, "pictures": take_pictures(generator, yardstick.x_test) if measuring.pictures else {}}


def take_pictures(generator: Any, x_test: np.ndarray) -> dict[str, np.ndarray]:
    """Return one model's uint8 images for the figures; traversals are of its most informative dimensions."""
    from tfvae.evaluation.latent_space import kl_per_dimension
    from tfvae.sampling.encoding import posterior_parameters

    parameters = posterior_parameters(generator.model, x_test)
    means, log_variances = np.split(parameters, 2, axis=1)
    order = np.argsort(-kl_per_dimension(means, log_variances), kind="stable")[:_DIMENSIONS]
    one, other = farthest_pair(x_test[:_CANDIDATES])
    shares = np.linspace(0, 1, POINTS, dtype=np.float32)[:, None]
    return {
        "samples": to_bytes(generator.images(generator.prior_latents(_SAMPLES, "pictures"))),
        "originals": x_test[:_SHOWN],
        "reconstructions": to_bytes(generator.images(means[:_SHOWN])),
        "traversals": traversal_pictures(generator, x_test, means[0], order),
        "ends": x_test[[one, other]],
        "interpolation": to_bytes(generator.images((1 - shares) * means[one] + shares * means[other])),
    }


def farthest_pair(images: np.ndarray) -> tuple[int, int]:
    """Return which two of the images (N, H, W, C) differ most, by their squared distance."""
    flat = images.reshape(len(images), -1).astype(np.float64)
    distances = np.square(flat[:, None] - flat).sum(axis=-1)
    one, other = divmod(int(distances.argmax()), len(images))
    return one, other
