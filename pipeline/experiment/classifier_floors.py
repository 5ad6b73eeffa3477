"""A trained classifier's view of the test images, and the floors of its metrics without any model."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.yardstick import Classifier
from tfvae.evaluation.frechet import fid
from tfvae.evaluation.total_variation import max_class_gap, total_variation_distance
from tfvae.randomness import generator

_REPEATS = 20


def noise_floors(labels: np.ndarray, num_classes: int, seed: int) -> dict[str, float]:
    """Return the means of TVD and of the largest class gap over sets of labels redrawn from `labels` (N,)."""
    redrawn = [generator(seed, "metric floor", repeat).choice(labels, len(labels)) for repeat in range(_REPEATS)]
    return {
        "tvd_floor": float(np.mean([total_variation_distance(drawn, labels, num_classes) for drawn in redrawn])),
        "max_class_gap_floor": float(np.mean([max_class_gap(drawn, labels, num_classes) for drawn in redrawn])),
    }


def measure(training: ClassifierTraining, trained: Mapping[str, Any], data: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return a classifier's "record", and its "reference": arrays for other stages; its seed redraws labels too."""
    from tfvae.training.runtime import use_one_core

    use_one_core()
    x_train, x_test, y_test = data["x_train"], data["x_test"], data["y_test"]
    extract = Classifier(training.configuration, trained["weights"][""]).extractor()
    features, probabilities = extract(x_test)
    labels = probabilities.argmax(axis=1).astype(np.uint8)
    mean_image = (x_train.mean(axis=0, dtype=np.float64) / 255.0).astype(np.float32)
    mean_features = np.repeat(extract(mean_image[None])[0], len(x_test), axis=0)
    record = {
        "accuracy": float(np.mean(labels == y_test)),
        "fid_floor": fid(extract(x_train[: len(x_test)])[0], features),
        "fid_mean_image": fid(mean_features, features),
        **noise_floors(labels, training.configuration["num_classes"], training.seed),
    }
    reference = {"features": features, "labels": labels, "fid_mean_image": np.array(record["fid_mean_image"])}
    return {"reference": reference, "record": record}
