"""Stage disentanglement: models of images with known factors, scored by whether each factor has its own latents."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.models import write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.experiment.training import TrainingData
from pipeline.known_factors.measuring import Standard, floors
from pipeline.known_factors.models import describe, pictures, plan
from pipeline.params.known_factors import DatasetName
from pipeline.records.known_factors import Disentanglement, Protocol
from pipeline.stage import Parameters

FUNCTIONS = Functions("pipeline.experiment.training:train", "pipeline.known_factors.measuring:measure")


def main(parameters: Parameters, *, dataset: DatasetName, models: Path, figure_data: Path, record: Path) -> None:
    """Train and score all models of one data set, which it makes itself; write them, pictures, and the record."""
    settings = parameters.disentanglement.of(dataset)
    standard = Standard.of(settings, dataset)
    images, grid = standard.images, standard.grid
    jobs = plan(settings, images.shape[1:], len(images), models)
    outcomes = train_and_measure(FUNCTIONS, jobs, TrainingData(images), standard, label=f"disentanglement {dataset}")
    pixels = floors(standard, settings.latent_dim)
    described = {
        "dataset": dataset,
        "factors": dict(zip(grid.names, grid.sizes, strict=True)),
        **{name: getattr(settings, name) for name in Protocol.model_fields},
        "pixels": pixels,
        **describe(outcomes, pixels),
    }
    write_models(models, outcomes)
    files.write_folder(figure_data, {"pictures.npz": files.npz_bytes(pictures(outcomes, described["shown"]))})
    files.write_json(record, described, Disentanglement)


if __name__ == "__main__":
    stage.run(main)
