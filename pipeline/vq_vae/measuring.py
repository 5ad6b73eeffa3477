"""Measure samples and reconstructions of one trained model, or real images in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.accuracy_score import accuracy_of_a_new_classifier
from pipeline.experiment.measuring import Meter
from pipeline.experiment.pictures import to_bytes
from pipeline.vq_vae.trained import Gaussian, Quantised, Standard
from pipeline.vq_vae.training import TwoPartTraining
from tfvae.training.jobs import Progress


@dataclass(frozen=True)
class Measuring:
    """What is measured of one trained model.

    Args:
        training: how it was trained.
        pictures: how many samples are kept for the figures; 0: no pictures.
    """

    training: TwoPartTraining
    pictures: int


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Measure one trained model.

    Args:
        measuring: what is wanted.
        trained: as `pipeline.vq_vae.training.train` returns it.
        standard: what it is measured with.

    Returns:
        "metrics": of its "samplers" and of the test images; "pictures" (arrays, if asked for).
    """
    from tfvae.training.runtime import use_one_core

    use_one_core()
    training, weights, meter = measuring.training, trained["weights"], Meter(standard.yardstick)
    model: Gaussian | Quantised = (
        Quantised(training, training.prior, weights, standard)
        if training.prior
        else Gaussian(training, weights, standard)
    )
    samples = model.samples()
    reconstructions, own = model.on_test_images()
    metrics = {
        "samplers": {
            name: _of_samples(images, meter, standard, training.model.seed) for name, images in samples.items()
        },
        **_of_reconstructions(reconstructions, meter, standard),
        **own,
    }
    if not measuring.pictures:
        return {"metrics": metrics, "pictures": {}}
    shown = {f"samples-{name}": to_bytes(images[: measuring.pictures]) for name, images in samples.items()}
    return {"metrics": metrics, "pictures": {**shown, **model.pictures()}}


def measure_real(seed: int, standard: Standard, progress: Progress) -> dict[str, Any]:
    """Return the metrics of samples for training images in their place, and the inception scores of test images."""
    from tfvae.evaluation.inception import inception_score
    from tfvae.randomness import generator
    from tfvae.training.runtime import use_one_core

    use_one_core()
    del progress  # there is one step alone
    yardstick = standard.yardstick
    meter = Meter(yardstick)
    rows = generator(seed, "real images").permutation(len(yardstick.x_train))[: standard.images]
    images = yardstick.x_train[rows] / np.float32(255)
    probabilities = meter.extract(yardstick.x_test)[1]
    return {
        "samplers": {"training_images": _of_samples(images, meter, standard, seed)},
        "inception_score": inception_score(probabilities),
        "inception_score_few": inception_score(probabilities[: standard.few_images]),
    }


def _of_samples(images: np.ndarray, meter: Meter, standard: Standard, seed: int) -> dict[str, float]:
    """Return the metrics of images (N, H, W, C) in [0, 1].

    The accuracy score needs labels, which no model here gives: they are those that the study's classifier gives.
    """
    from tfvae.evaluation.inception import inception_score
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage

    features, probabilities = meter.extract(images)
    few, near = slice(standard.few_images), slice(standard.neighbour_images)
    yardstick, labels = standard.yardstick, probabilities.argmax(axis=1).astype(np.uint8)
    shared = {"yardstick": yardstick, "y_test": standard.y_test, "classifier": standard.classifier}
    return {
        **meter.final(images),
        "inception_score_few": inception_score(probabilities[few]),
        **precision_recall_density_coverage(yardstick.features[near], features[near], standard.neighbours),
        "cas": accuracy_of_a_new_classifier(to_bytes(images), labels, seed, shared),
    }


def _of_reconstructions(images: np.ndarray, meter: Meter, standard: Standard) -> dict[str, float]:
    """Return the metrics of reconstructions (N, H, W, C) in [0, 1] of the test images."""
    errors = np.square(images - standard.yardstick.x_test / np.float32(255))
    classes = meter.extract(images)[1].argmax(axis=1)
    return {
        "mse": float(np.mean(errors.mean(axis=-1).sum(axis=(1, 2)), dtype=np.float64)),
        "fid_reconstructions": meter.distance(images),
        "class_agreement": float(np.mean(classes == standard.y_test)),
    }
