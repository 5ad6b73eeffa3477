"""Stage colour-figures: the figures of the stage colour, from its record and its pictures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.colour_images.figures import draw
from pipeline.experiment.drawing import draw_stage


def main(*, dataset: str, data: Path, models: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    draw_stage(draw, models, record, figures, files.read_npz(data)["x_train"])


if __name__ == "__main__":
    stage.run(main)
