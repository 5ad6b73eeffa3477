"""Stage colour-figures: the figures of the stage colour, from its record and its pictures."""

from pathlib import Path

from pipeline import stage
from pipeline.colour_images.figures import draw
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.drawing import draw_stage
from pipeline.stage import AnyDatasetName


def main(*, dataset: AnyDatasetName, data: Path, models: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    draw_stage(draw, models, record, figures, read_dataset(data, dataset)["x_train"])


if __name__ == "__main__":
    stage.run(main)
