"""Stage latent-analysis: the classes in the latents of an auto-encoder, a VAE and a convolutional VAE."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import pictures_of, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.latent_spaces.models import describe, plan, split
from pipeline.records.latent_spaces import LatentAnalysis
from pipeline.stage import DatasetName, Parameters

FUNCTIONS = Functions("pipeline.latent_spaces.training:train", "pipeline.latent_spaces.measuring:measure")


def main(parameters: Parameters, *, dataset: DatasetName, data: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings = parameters.latent_analysis.of(dataset)
    training, held_out, labelled = split(settings, read_dataset(data, dataset), dataset)
    jobs, label = plan(settings, training, models), f"latents {dataset}"
    outcomes = train_and_measure(FUNCTIONS, jobs, [training, held_out], labelled, label=label)
    write_models(models, outcomes, pictures=pictures_of(outcomes))
    head = {"dataset": dataset, "validation_images": settings.validation_images}
    files.write_json(record, {**head, **describe(outcomes, settings)}, LatentAnalysis)


if __name__ == "__main__":
    stage.run(main)
