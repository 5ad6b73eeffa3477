"""Measure a model as it is stored: with its weights in float16."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Measuring, Meter, measure_on_test_images, trained_generator
from pipeline.experiment.yardstick import Yardstick


@dataclass(frozen=True)
class Standard:
    """The standard for generated images, and how many of them precision, recall, density and coverage are of."""

    yardstick: Yardstick
    neighbours: int
    neighbour_images: int


def stored(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return weights as they come back from a file in float16."""
    return [weight.astype(np.float16).astype(np.float32) for weight in weights]


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return the "metrics" of a model, of its samples and on the test images, and the "processor" that measured it."""
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage
    from tfvae.training.processor import this_processor

    generator, meter = trained_generator(measuring.training, stored(trained["weights"][""])), Meter(standard.yardstick)
    images, near = generator.images(generator.prior_latents(measuring.images)), slice(standard.neighbour_images)
    of_test = measure_on_test_images(generator, meter, measuring.training.schedule["beta"])
    del of_test["mean_latent"]
    features = standard.yardstick.features[near], meter.extract(images[near])[0]
    neighbours = precision_recall_density_coverage(*features, standard.neighbours)
    metrics = {**meter.final(images), **neighbours, **of_test}
    return {"metrics": metrics, "processor": this_processor().name}
