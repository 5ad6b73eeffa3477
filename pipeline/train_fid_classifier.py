"""Stage train-fid-classifier: the classifier whose features and labels FID, IS and TVD use, and the metrics' floors."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.classifier_training import ClassifierTraining, classifier_configuration
from pipeline.experiment.models import model_files
from pipeline.experiment.running import Functions, Job, train_and_measure
from pipeline.stage import Parameters

FUNCTIONS = Functions("pipeline.experiment.classifier_training:train", "pipeline.experiment.classifier_floors:measure")


def main(parameters: Parameters, *, dataset: str, data: Path, classifier: Path, record: Path) -> None:
    """Train on one dataset; write the classifier's folder and its record."""
    settings, arrays = parameters.train_fid_classifier.of(dataset), files.read_npz(data)
    training = ClassifierTraining(**vars(settings))
    job = Job(training, training.seed, training.steps, classifier)
    # A single job runs in this process, with a TensorFlow that starts quietly.
    [outcome] = train_and_measure(FUNCTIONS, [job], arrays, arrays, label=f"classifier {dataset}")
    configuration = classifier_configuration(arrays["x_train"], arrays["y_train"])
    reference = {"reference.npz": files.npz_bytes(outcome.measured["reference"])}
    files.write_folder(classifier, {**model_files("", outcome, {"": configuration}, {}), **reference})
    files.write_json(record, outcome.measured["record"])


if __name__ == "__main__":
    stage.run(main)
