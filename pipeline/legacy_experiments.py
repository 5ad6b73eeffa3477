"""Stage legacy-experiments: the thesis's protocol, and its defects corrected one at a time to find their effects."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.job import Job
from pipeline.experiment.models import read_classifier, read_yardstick, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.summaries import by_model
from pipeline.experiment.training import TrainingData
from pipeline.legacy.measuring import LegacyMeasuring, Shared, contrast, mixes
from pipeline.legacy.protocol import grid, plan, training
from pipeline.legacy.record import record as record_of
from pipeline.params.loading import load_architectures
from pipeline.records.legacy import LegacyExperiments
from pipeline.stage import DatasetName, NetworkName, Parameters

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.legacy.measuring:measure")


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    network: NetworkName,
    reference: DatasetName,
    data: Path,
    classifier: Path,
    reference_classifier: Path,
    architectures: Path,
    models: Path,
    record: Path,
) -> None:
    """Train all variants of one dataset and network; write their models, but for those of the grid, and the record."""
    settings = parameters.legacy_experiments.of(dataset, network)
    parts = getattr(load_architectures(architectures, parameters), network)
    arrays = read_dataset(data, dataset)
    yardstick, other = read_yardstick(arrays, classifier), read_classifier(reference_classifier, arrays)
    candidates = parts.candidates if settings.grid == "all" else settings.grid
    image_shape, variants, jobs = yardstick.x_train.shape[1:], [*plan(settings), *grid(settings, candidates)], []
    for variant, seed in ((one, seed) for one in variants for seed in one.seeds):
        architecture = parts.candidate(variant.candidate or settings.architecture)
        recipe = training(variant, network, architecture, image_shape, settings, seed)
        measuring = LegacyMeasuring(recipe, variant.samplers, mixes(network, variant.model, dataset, reference))
        folder = None if variant.candidate else models / variant.name / f"seed-{seed}"
        jobs.append(Job(recipe, measuring, folder, variant.name))
    shared = Shared(yardstick, other, settings.images, settings.scale, settings.components)
    label = f"legacy {dataset} {network}"
    outcomes = train_and_measure(FUNCTIONS, jobs, TrainingData(yardstick.x_train), shared, label=label)
    write_models(models, (outcome for outcome in outcomes if outcome.job.folder))
    measured = {name: [outcome.measured for outcome in runs] for name, runs in by_model(outcomes).items()}
    head = {"dataset": dataset, "network": network, "architecture": settings.architecture}
    rest = {"test_contrast": contrast(yardstick.x_test / 255.0)}
    files.write_json(record, {**head, **record_of(variants, measured, settings), **rest}, LegacyExperiments)


if __name__ == "__main__":
    stage.run(main)
