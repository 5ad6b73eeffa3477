"""Stage legacy-offsets: how far from 0 the latents of the thesis's β-VAEs stand, and which of its defects does it."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.models import read_model
from pipeline.experiment.summaries import summarize_nested
from pipeline.legacy.offsets import measure
from pipeline.records.legacy import LegacyOffsets
from pipeline.stage import DatasetName, Parameters


def main(parameters: Parameters, *, dataset: DatasetName, data: Path, models: Path, record: Path) -> None:
    """Measure the models of the ablated β: under the thesis's protocol, and with each defect corrected alone."""
    arrays, beta = read_dataset(data, dataset), f"{parameters.legacy_experiments.common.ablated_beta:g}"
    folders = [models / beta, *sorted(models.glob(f"{beta}-*"))]
    trained = {
        folder.name: [read_model(seed, arrays) for seed in files.matching(folder, "seed-*")] for folder in folders
    }
    measured = {
        name: {
            "precision": runs[0][0]["precision"],
            **summarize_nested([measure(*run, arrays["x_test"]) for run in runs]),
        }
        for name, runs in trained.items()
    }
    files.write_json(record, {"dataset": dataset, "models": measured}, LegacyOffsets)


if __name__ == "__main__":
    stage.run(main)
