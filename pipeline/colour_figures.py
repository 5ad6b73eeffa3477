"""Stage colour-figures: the figures of the stage colour, from its record and its pictures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.colour_images.figures import draw
from pipeline.experiment.drawing import write_figures


def main(*, dataset: str, models: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    write_figures(draw(files.read_json(record), files.read_npz(models / "pictures.npz")), figures)


if __name__ == "__main__":
    stage.run(main)
