"""Stage conditional-figures: the figures of the stage conditional for one dataset."""

from pathlib import Path

from pipeline import files, stage
from pipeline.conditional_vae.figures import COLUMNS, draw
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.drawing import draw_stage
from pipeline.records.conditional_vae import Conditional
from pipeline.stage import AnyDatasetName


def main(*, dataset: AnyDatasetName, data: Path, models: Path, record: Path, trials: Path, figures: Path) -> None:
    """Draw and write every figure."""
    arrays, table = read_dataset(data, dataset), files.read_csv(trials, COLUMNS)
    content = files.read_json(record, Conditional)
    draw_stage(draw, models, content, figures, table, arrays["x_train"], arrays["y_train"])


if __name__ == "__main__":
    stage.run(main)
