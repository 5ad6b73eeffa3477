"""Stage own-images: beta-VAEs of a user's own images, dense and convolutional, measured and sampled."""

from pathlib import Path

import numpy as np

from pipeline import files, stage
from pipeline.experiment.feature_network import feature_job, has_classes
from pipeline.experiment.models import pictures_of, write_models, yardstick_of
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.training import TrainingData
from pipeline.params.own_images import UserDatasetName
from pipeline.records.own_images import OwnImages
from pipeline.stage import Parameters
from pipeline.user_images.measuring import PaddedClassifier, Standard, padded
from pipeline.user_images.models import describe, plan
from pipeline.user_images.settings import check_counts, entry_of, read_images

FEATURES = Functions("pipeline.experiment.classifier_training:train", "pipeline.experiment.classifier_floors:measure")
FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.user_images.measuring:measure")


def main(parameters: Parameters, *, dataset: UserDatasetName, data: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    entry = entry_of(parameters, dataset)
    budget, arrays = parameters.own_images.of(entry), read_images(data, dataset, entry)
    check_counts(data, arrays, budget)
    arrays |= {name: arrays[name][: budget.images] for name in ("x_test", "y_test")}
    seen = arrays | {name: padded(arrays[name]) for name in ("x_train", "x_test")}
    network = feature_job(budget, seen, models / "features")
    [features] = train_and_measure(FEATURES, [network], seen, seen, label=f"features of {dataset}")
    floors, weights = features.measured["record"], features.trained["weights"][""]
    classifier = PaddedClassifier(network.training.configuration, weights)
    yardstick = yardstick_of(arrays, classifier, features.measured["reference"])
    near = min(budget.neighbour_images, len(arrays["x_test"]))
    with_classes = has_classes(arrays["y_train"])
    standard = Standard(yardstick, with_classes, budget.neighbours, near, budget.scale, budget.components)
    jobs, label = plan(budget, entry.shape, models), f"images of {dataset}"
    outcomes = train_and_measure(FUNCTIONS, jobs, TrainingData(arrays["x_train"]), standard, label=label)
    write_models(models, [features, *outcomes], pictures=pictures_of(outcomes))
    names = ("fid_floor", "fid_mean_image", *(["accuracy"] if with_classes else []))
    written = {
        "dataset": dataset,
        "image_shape": list(entry.shape),
        "training_images": len(arrays["x_train"]),
        "test_images": len(arrays["x_test"]),
        "classes": int(np.max(arrays["y_train"])) + 1,
        "seeds": budget.seeds,
        "latent_dim": budget.latent_dim,
        "likelihood": budget.likelihood,
        "precision": budget.precision,
        "scale": budget.scale,
        "components": budget.components,
        "features": "classifier" if with_classes else "random",
        "feature_seed": budget.feature_seed,
        **{name: floors[name] for name in names},
        "models": describe(outcomes),
    }
    files.write_json(record, written, OwnImages)


if __name__ == "__main__":
    stage.run(main)
