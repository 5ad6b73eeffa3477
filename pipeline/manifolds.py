"""Stage manifolds: models with two free latent dimensions, trained from scratch and decoded on a grid."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import pictures_of, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.training import TrainingData
from pipeline.records.thesis import Search
from pipeline.stage import DatasetName, NetworkName, Parameters
from pipeline.thesis.manifolds import plan

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.thesis.manifolds:decode")


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    data: Path,
    architecture: Path,
    models: Path,
    figure_data: Path,
) -> None:
    """Train one dataset's models with one network; write them, and their manifolds for the figures."""
    x_train, chosen = read_dataset(data, dataset)["x_train"], files.read_json(architecture, Search)["architecture"]
    jobs = plan(parameters, dataset, network, chosen, x_train.shape[1:], models)
    label = f"manifolds {dataset} {network}"
    outcomes = train_and_measure(FUNCTIONS, jobs, TrainingData(x_train), None, label=label)
    write_models(models, outcomes)
    trained = {"precision": jobs[0].training.configuration["precision"]}  # the machine may have chosen it
    contents = {"manifolds.npz": files.npz_bytes(pictures_of(outcomes)), "manifolds.json": files.json_bytes(trained)}
    files.write_folder(figure_data, contents)


if __name__ == "__main__":
    stage.run(main)
