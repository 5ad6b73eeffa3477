"""Stage train-fid-classifier: the classifier whose features and labels FID, IS and TVD use, and the metrics' floors."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.classifier_training import ClassifierTraining, classifier_configuration
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.job import Job
from pipeline.experiment.models import write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.records.experiment import ClassifierFloors
from pipeline.stage import AnyDatasetName, Parameters

FUNCTIONS = Functions("pipeline.experiment.classifier_training:train", "pipeline.experiment.classifier_floors:measure")


def main(parameters: Parameters, *, dataset: AnyDatasetName, data: Path, classifier: Path, record: Path) -> None:
    """Train on one dataset; write the classifier's folder and its record."""
    settings, arrays = parameters.train_fid_classifier.of(dataset), read_dataset(data, dataset)
    training = ClassifierTraining(classifier_configuration(arrays["x_train"], arrays["y_train"]), **vars(settings))
    job = Job(training, training, classifier)
    # A single job runs in this process, with a TensorFlow that starts quietly.
    [outcome] = train_and_measure(FUNCTIONS, [job], arrays, arrays, label=f"classifier {dataset}")
    write_models(classifier, [outcome], reference=outcome.measured["reference"])
    files.write_json(record, outcome.measured["record"], ClassifierFloors)


if __name__ == "__main__":
    stage.run(main)
