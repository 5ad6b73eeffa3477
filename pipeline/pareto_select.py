"""Stage pareto-select: from the grid's Pareto front to one architecture."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import read_yardstick
from pipeline.params.loading import load_architectures
from pipeline.records.thesis import Grid, Search
from pipeline.stage import DatasetName, NetworkName, Parameters
from pipeline.thesis.experiments import train_seeds
from pipeline.thesis.search import grid_front, plan
from pipeline.thesis.search import record as record_of


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    grid: Path,
    data: Path,
    classifier: Path,
    architectures: Path,
    record: Path,
) -> None:
    """Select the architecture of one dataset and network; write the whole search as its record."""
    settings = parameters.pareto_select.of(dataset, network)
    parts = getattr(load_architectures(architectures, parameters), network)
    yardstick, searched = read_yardstick(read_dataset(data, dataset), classifier), files.read_json(grid, Grid)
    jobs = plan(parameters, dataset, network, parts, grid_front(searched)[1], yardstick.x_train.shape[1:])
    outcomes = train_seeds(jobs, yardstick, f"selection {dataset} {network}")
    search = record_of(searched, outcomes, settings)
    name = search["selected"] if settings.architecture == "selected" else settings.architecture
    head = {"dataset": dataset, "network": network, "searched_on": dataset}
    precisions = {"precision": parameters.training.of(network).precision, "grid": {"precision": searched["precision"]}}
    files.write_json(record, {**head, **precisions, **search, "architecture": parts.candidate(name)}, Search)


if __name__ == "__main__":
    stage.run(main)
