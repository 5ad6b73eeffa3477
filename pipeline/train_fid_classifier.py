"""Stage train-fid-classifier: the classifier whose features and labels FID, IS and TVD use, and the metrics' floors."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files, stage
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters
from tfvae.evaluation.frechet import fid
from tfvae.evaluation.total_variation import max_class_gap, total_variation_distance
from tfvae.randomness import generator
from tfvae.training.jobs import Progress

_REPEATS = 20
_PERIOD_STEPS = 500


def noise_floors(labels: np.ndarray, num_classes: int, seed: int) -> dict[str, float]:
    """Return what TVD and the largest class gap average for as many labels again of exactly the same law."""
    redrawn = [generator(seed, "metric floor", repeat).choice(labels, len(labels)) for repeat in range(_REPEATS)]
    return {
        "tvd_floor": float(np.mean([total_variation_distance(drawn, labels, num_classes) for drawn in redrawn])),
        "max_class_gap_floor": float(np.mean([max_class_gap(drawn, labels, num_classes) for drawn in redrawn])),
    }


def train(
    settings: Any, data: Mapping[str, np.ndarray], progress: Progress
) -> tuple[dict[str, Any], list[np.ndarray], dict[str, np.ndarray], dict[str, float]]:
    """Return the classifier's configuration, weights, verdict on the test images, and its record."""
    from tfvae.networks.classifier import FeatureExtractor, classifier
    from tfvae.networks.layers import initialize
    from tfvae.training.classification import ClassifierTrainer
    from tfvae.training.runtime import use_one_core

    use_one_core()
    x_train, x_test, y_test = data["x_train"], data["x_test"], data["y_test"]
    configuration = {"image_shape": list(x_train.shape[1:]), "num_classes": int(data["y_train"].max()) + 1}
    network = classifier(**configuration)
    initialize(network, settings.seed, "classifier weights")
    trainer = ClassifierTrainer(network, x_train, data["y_train"], **vars(settings))
    if (kept := progress.resume()) is not None:
        trainer.restore(kept)
        progress.report(trainer.step)
    while trainer.step < settings.steps:
        steps = min(_PERIOD_STEPS, settings.steps - trainer.step)
        trainer.run(steps)
        progress.report(steps)
        progress.keep(trainer.state())
    extract = FeatureExtractor(network)
    features, probabilities = extract(x_test)
    labels = probabilities.argmax(axis=1).astype(np.uint8)
    mean_image = (x_train.mean(axis=0, dtype=np.float64) / 255.0).astype(np.float32)
    mean_features = np.repeat(extract(mean_image[None])[0], len(x_test), axis=0)
    record = {
        "accuracy": float(np.mean(labels == y_test)),
        "fid_floor": fid(extract(x_train[: len(x_test)])[0], features),
        "fid_mean_image": fid(mean_features, features),
        **noise_floors(labels, configuration["num_classes"], settings.seed),
    }
    reference = {"features": features, "labels": labels, "fid_mean_image": np.float64(record["fid_mean_image"])}
    return configuration, network.get_weights(), reference, record


def main(parameters: Parameters, *, dataset: str, data: Path, classifier: Path, record: Path) -> None:
    """Train on one dataset; write the classifier's directory and its record."""
    settings, data = parameters.train_fid_classifier.of(dataset), files.read_npz(data)
    label = f"classifier {dataset}"
    # A single job runs in this process, with a TensorFlow that starts quietly.
    train = "pipeline.train_fid_classifier:train"
    [trained] = run_resumable(train, [settings], data, amounts=[settings.steps], label=label, unit="step")
    configuration, weights, reference, record = trained
    files.write_json(classifier / "config.json", configuration)
    files.write_weights(classifier / "weights.npz", weights)
    files.write_npz(classifier / "reference.npz", reference)
    files.write_json(record, record)


if __name__ == "__main__":
    stage.run(main)
