"""Stage colour: beta-VAEs of colour images, made of photographs of flowers."""

from pathlib import Path

from pipeline import files, stage
from pipeline.colour_images.models import describe, plan, prepare_images
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.feature_network import feature_job, has_classes
from pipeline.experiment.models import pictures_of, write_models, yardstick_of
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.training import TrainingData
from pipeline.experiment.unclassified import Standard
from pipeline.experiment.yardstick import Classifier
from pipeline.records.colour_images import Colour
from pipeline.stage import AnyDatasetName, Parameters

FEATURES = Functions("pipeline.experiment.classifier_training:train", "pipeline.experiment.classifier_floors:measure")
FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.experiment.unclassified:measure")


def main(parameters: Parameters, *, dataset: AnyDatasetName, data: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings = parameters.colour.of(dataset)
    arrays = prepare_images(read_dataset(data, dataset), settings)
    x_train, network = arrays["x_train"], feature_job(settings, arrays, models / "features")
    [features] = train_and_measure(FEATURES, [network], arrays, arrays, label=f"colour features {dataset}")
    floors, weights = features.measured["record"], features.trained["weights"][""]
    classifier = Classifier(network.training.configuration, weights)
    yardstick = yardstick_of(arrays, classifier, features.measured["reference"])
    standard = Standard(yardstick, has_classes(arrays["y_train"]), settings.neighbours, settings.neighbour_images)
    jobs, label = plan(settings, x_train.shape[1:], models), f"colour {dataset}"
    outcomes = train_and_measure(FUNCTIONS, jobs, TrainingData(x_train), standard, label=label)
    write_models(models, [features, *outcomes], pictures=pictures_of(outcomes))
    names = ("fid_floor", "fid_mean_image", *(["accuracy"] if standard.has_classes else []))
    written = {
        "dataset": dataset,
        "seeds": settings.seeds,
        "layers": settings.layers,
        "latent_dim": settings.latent_dim,
        "steps": settings.steps,
        "precision": settings.precision,
        "parameters": sum(weight.size for weight in outcomes[0].trained["weights"][""]),
        "features": "classifier" if standard.has_classes else "random",
        **{name: floors[name] for name in names},
        "models": describe(outcomes),
    }
    files.write_json(record, written, Colour)


if __name__ == "__main__":
    stage.run(main)
