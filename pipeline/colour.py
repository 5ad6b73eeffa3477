"""Stage colour: beta-VAEs of colour images, made of photographs of flowers."""

from pathlib import Path

from pipeline import files, stage
from pipeline.colour_images.measuring import Standard
from pipeline.colour_images.models import feature_job, has_classes, plan, prepare_images
from pipeline.colour_images.record import colour_files, colour_record
from pipeline.experiment.classifier_training import classifier_configuration
from pipeline.experiment.models import model_files, yardstick_of
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.training import TrainingData
from pipeline.experiment.yardstick import Classifier
from pipeline.stage import Parameters

FEATURES = Functions("pipeline.experiment.classifier_training:train", "pipeline.experiment.classifier_floors:measure")
FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.colour_images.measuring:measure")


def main(parameters: Parameters, *, dataset: str, data: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings = parameters.colour.of(dataset)
    arrays = prepare_images(files.read_npz(data), settings)
    x_train, several = arrays["x_train"], has_classes(arrays["y_train"])
    network = feature_job(settings, arrays["y_train"], models / "features")
    [features] = train_and_measure(FEATURES, [network], arrays, arrays, label=f"colour features {dataset}")
    configuration, reference = classifier_configuration(x_train, arrays["y_train"]), features.measured["reference"]
    classifier = Classifier(configuration, features.trained["weights"][""])
    yardstick = yardstick_of(arrays, classifier, reference)
    budget = {name: getattr(settings, name) for name in ("neighbours", "neighbour_images")}
    jobs = plan(settings, x_train.shape[1:], models)
    standard, label = Standard(yardstick, several, **budget), f"colour {dataset}"
    outcomes = train_and_measure(FUNCTIONS, jobs, TrainingData(x_train), standard, label=label)
    contents = model_files("features", features, {"": configuration}, {})
    files.write_folder(models, {**contents, **colour_files(jobs, outcomes)})
    head, floors = {"dataset": dataset}, features.measured["record"]
    files.write_json(record, {**head, **colour_record(settings, floors, several, jobs, outcomes)})


if __name__ == "__main__":
    stage.run(main)
