"""Stage disentanglement-figures: the figures of the stage disentanglement for one data set."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import draw_stage
from pipeline.known_factors.figures import draw
from pipeline.params.known_factors import DatasetName
from pipeline.records.known_factors import Disentanglement


def main(*, dataset: DatasetName, pictures: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    draw_stage(draw, pictures, files.read_json(record, Disentanglement), figures)


if __name__ == "__main__":
    stage.run(main)
