"""Stage objectives: objectives, priors and posteriors beside the beta-VAE, and samplers fitted to each."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import pictures_of, read_yardstick, write_models
from pipeline.experiment.running import Functions, train_and_measure
from pipeline.model_family.measuring import Standard, floors
from pipeline.model_family.models import describe, plan
from pipeline.records.model_family import Objectives, Protocol
from pipeline.stage import DatasetName, Parameters

FUNCTIONS = Functions("pipeline.model_family.training:train", "pipeline.model_family.measuring:measure")


def main(
    parameters: Parameters,
    *,
    dataset: DatasetName,
    data: Path,
    classifier: Path,
    models: Path,
    figure_data: Path,
    record: Path,
) -> None:
    """Train and measure all models of one dataset; write them, their pictures, and the record."""
    settings, arrays = parameters.objectives.of(dataset), read_dataset(data, dataset)
    standard = Standard.of(settings, read_yardstick(arrays, classifier), arrays)
    jobs = plan(settings, arrays["x_train"].shape[1:], len(arrays["x_train"]), models)
    outcomes = train_and_measure(FUNCTIONS, jobs, arrays["x_train"], standard, label=f"objectives {dataset}")
    described = {
        "dataset": dataset,
        **{name: getattr(settings, name) for name in Protocol.model_fields},
        "pixels": {kind: floors(standard, kind) for kind in dict.fromkeys(job.training.pixels for job in jobs)},
        "models": describe(outcomes),
    }
    write_models(models, outcomes)
    files.write_folder(figure_data, {"pictures.npz": files.npz_bytes(pictures_of(outcomes))})
    files.write_json(record, described, Objectives)


if __name__ == "__main__":
    stage.run(main)
