"""Stage legacy-offsets: how far from 0 the latents of the thesis's β-VAEs stand, and which of its defects does it."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.summaries import summarize_nested
from pipeline.legacy.offsets import measure
from pipeline.stage import Parameters


def main(parameters: Parameters, *, dataset: str, data: Path, models: Path, record: Path) -> None:
    """Measure the models of the ablated β: under the thesis's protocol, and with each defect corrected alone."""
    images, beta = files.read_npz(data)["x_test"], f"{parameters.legacy_experiments.common.ablated_beta:g}"
    folders = sorted(path for path in models.iterdir() if f"{path.name}-".startswith(f"{beta}-"))
    measured = {
        folder.name: summarize_nested([measure(*files.read_model(seed), images) for seed in sorted(folder.iterdir())])
        for folder in folders
    }
    files.write_json(record, {"dataset": dataset, "models": measured})


if __name__ == "__main__":
    stage.run(main)
