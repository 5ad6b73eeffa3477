"""Stage colour-figures: the figures of the stage colour, from its record and its pictures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.colour_images.figures import draw
from pipeline.experiment.datasets import read_dataset
from pipeline.experiment.drawing import draw_stage
from pipeline.records.colour_images import Colour
from pipeline.stage import AnyDatasetName


def main(*, dataset: AnyDatasetName, data: Path, models: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    x_train, content = read_dataset(data, dataset)["x_train"], files.read_json(record, Colour)
    draw_stage(draw, models, content, figures, x_train)


if __name__ == "__main__":
    stage.run(main)
