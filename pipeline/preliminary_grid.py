"""Stage preliminary-grid: train every candidate architecture for the same steps and record FID and TVD."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import read_yardstick
from pipeline.params.loading import load_architectures
from pipeline.records.thesis import Grid
from pipeline.stage import DatasetName, NetworkName, Parameters
from pipeline.thesis.experiments import train_seeds
from pipeline.thesis.grid import candidates, plan


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    data: Path,
    classifier: Path,
    architectures: Path,
    record: Path,
) -> None:
    """Search one dataset with one network; write the grid's record."""
    parts = getattr(load_architectures(architectures, parameters), network)
    yardstick = read_yardstick(read_dataset(data, dataset), classifier)
    jobs = plan(parameters, dataset, network, parts, yardstick.x_train.shape[1:])
    outcomes = train_seeds(jobs, yardstick, f"grid {dataset} {network}")
    settings = parameters.preliminary_grid.of(dataset, network)
    head = {"dataset": dataset, "network": network, "precision": parameters.training.of(network).precision}
    budget = {name: getattr(settings, name) for name in ("beta", "seeds", "steps")}
    files.write_json(record, {**head, **budget, "candidates": candidates(outcomes)}, Grid)


if __name__ == "__main__":
    stage.run(main)
