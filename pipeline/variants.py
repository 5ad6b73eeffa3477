"""Stage variants: models of the study with one thing changed, on several seeds."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import pictures_of, read_yardstick, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.training import TrainingData
from pipeline.params.loading import load_architectures
from pipeline.records.thesis import Search, Variants
from pipeline.stage import DatasetName, Parameters
from pipeline.thesis.variants import Labelled, describe, models_of, plan

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.thesis.variants:measure")


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    data: Path,
    classifier: Path,
    mlp: Path,
    cnn: Path,
    architectures: Path,
    models: Path,
    figure_data: Path,
    record: Path,
) -> None:
    """Train all variants of one dataset; write their models, what figures show of them, and the record.

    `mlp` and `cnn` are the records of the study's architectures, `architectures` has the candidates.
    """
    candidates, sampling = load_architectures(architectures, parameters), parameters.augmented_sampling.common
    studied = {network: files.read_json(path, Search)["architecture"] for network, path in (("mlp", mlp), ("cnn", cnn))}
    chosen = models_of(parameters.variants.of(dataset).models, studied, candidates)
    arrays = read_dataset(data, dataset)
    labelled = Labelled(read_yardstick(arrays, classifier), arrays["y_train"], arrays["y_test"])
    jobs = plan(parameters, dataset, chosen, arrays["x_train"].shape[1:], models)
    training = TrainingData(arrays["x_train"])
    outcomes = train_and_measure(FUNCTIONS, jobs, training, labelled, label=f"variants {dataset}")
    write_models(models, outcomes)
    files.write_folder(figure_data, {"samples.npz": files.npz_bytes(pictures_of(outcomes))})
    head = {"dataset": dataset, "scale": sampling.scale, "components": sampling.components}
    files.write_json(record, {**head, "models": describe(chosen, outcomes)}, Variants)


if __name__ == "__main__":
    stage.run(main)
