"""Stage hyperparameter-search: search every hyperparameter of a dense VAE, beside the hand-made grid, by their cost."""

from collections.abc import Sequence
from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.models import read_yardstick
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.params.loading import load_architectures
from pipeline.records.thesis import Grid
from pipeline.records.wide_search import HyperparameterSearch
from pipeline.stage import DatasetName, Parameters
from pipeline.wide_search.search import confirm, front, grid_of, search

FUNCTIONS = Functions("pipeline.wide_search.training:train", "pipeline.wide_search.measuring:measure")


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    data: Path,
    classifier: Path,
    grid: Path,
    architectures: Path,
    record: Path,
) -> None:
    """Search on one dataset; write the record. `grid` is the record of its grid of dense architectures."""
    settings, candidates = parameters.hyperparameter_search.of(dataset), load_architectures(architectures, parameters)
    yardstick, of_grid = read_yardstick(read_dataset(data, dataset), classifier), files.read_json(grid, Grid)
    image_shape, few = yardstick.x_train.shape[1:], slice(settings.confirmed)
    beside = grid_of(of_grid, parameters.training.mlp.batch_size)
    rivals = {name: candidates.mlp.candidate(name) for name in beside["front"][few]}

    def run(jobs: Sequence[Job], label: str) -> list[Outcome]:
        named = f"search {dataset}, {label}"
        return train_and_measure(FUNCTIONS, jobs, yardstick.x_train, yardstick, label=named)

    trials = search(settings, image_shape, run)
    best = front(trials)
    chosen = {f"trial-{number}": trials[number] for number in best[few]}
    confirmed = confirm(parameters, settings, chosen, rivals, of_grid["steps"], image_shape, run)
    written = {
        "dataset": dataset,
        "precision": settings.precision,
        "seed": settings.seed,
        "seeds": settings.seeds,
        "images": settings.images,
        "keep": settings.keep,
        "steps": settings.rungs,
        "cost": sum(trial["cost"] for trial in trials),
        "front": best,
        "front_at_cost_of_grid": front(trials, beside["cost"]),
        "grid": {"precision": of_grid["precision"], **beside},
        "confirmed": confirmed,
        "trials": trials,
    }
    files.write_json(record, written, HyperparameterSearch)


if __name__ == "__main__":
    stage.run(main)
