"""Jobs of the stage vector-quantised: train a VAE, or a vector-quantised one with its prior, and measure it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.experiment.accuracy_score import accuracy_score
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.measuring import Meter
from pipeline.experiment.pictures import to_bytes
from pipeline.vq_vae.training import Gaussian, Quantised
from tfvae.training.jobs import Progress

RUN = "pipeline.vq_vae.jobs:run"
REAL = "real"


def run(job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Train and measure one model, or measure real images in its place.

    Args:
        job: "model" (its name, or `REAL`), "seed", "pictures" (how many samples are kept); of a model its
            "configuration", "beta" and "training"; of a vector-quantised one also "prior" and "prior_training".
        shared: "yardstick", "y_test", "images" and "few_images" (how many are generated, and how many of these give the
            second inception score), "neighbours" and "neighbour_images", "projected_images", "regions" and
            "region_width", "classifier" (how the one for the accuracy score is trained).
        progress: gets one unit for each step.

    Returns:
        "metrics": of the samples by "samplers", and of the test images; of a model also "weights" (by part), "history"
        (rows, by part) and "pictures" (arrays).
    """
    from tfvae.training.runtime import use_one_core

    use_one_core()
    meter = Meter(shared["yardstick"])
    if job["model"] == REAL:
        return {"metrics": _real(meter, shared, job["seed"])}
    trained = (Quantised if "quantizer" in job["configuration"] else Gaussian)(job, shared, progress)
    samples = trained.samples(shared["images"])
    metrics = {name: _measured(images, meter, shared, job["seed"]) for name, images in samples.items()}
    shown = {f"samples-{name}": to_bytes(images[: job["pictures"]]) for name, images in samples.items()}
    return {
        "weights": trained.weights(),
        "history": trained.history,
        "metrics": {"samplers": metrics, **trained.on_test_images(meter)},
        "pictures": {**shown, **trained.pictures()} if job["pictures"] else {},
    }


def _measured(images: np.ndarray, meter: Meter, shared: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Return what images (N, H, W, C) in [0, 1] are worth.

    The accuracy score needs labels, which no model here gives: they are those that the study's classifier gives.
    """
    from tfvae.evaluation.inception import inception_score
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage

    features, probabilities = meter.extract(images)
    few, near = slice(shared["few_images"]), slice(shared["neighbour_images"])
    yardstick, labels = shared["yardstick"], probabilities.argmax(axis=1).astype(np.uint8)
    training = ClassifierTraining(seed=seed, **shared["classifier"])
    return {
        **meter.final(images),
        "inception_score_few": inception_score(probabilities[few]),
        **precision_recall_density_coverage(yardstick.features[near], features[near], shared["neighbours"]),
        "cas": accuracy_score(to_bytes(images), labels, training, yardstick, shared["y_test"]),
    }


def _real(meter: Meter, shared: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the same of training images, and the inception scores of the test images."""
    from tfvae.evaluation.inception import inception_score
    from tfvae.randomness import generator

    yardstick = shared["yardstick"]
    chosen = generator(seed, "real images").permutation(len(yardstick.x_train))[: shared["images"]]
    probabilities = meter.extract(yardstick.x_test)[1]
    return {
        "samplers": {"training_images": _measured(yardstick.x_train[chosen] / np.float32(255), meter, shared, seed)},
        "inception_score": inception_score(probabilities),
        "inception_score_few": inception_score(probabilities[: shared["few_images"]]),
    }
