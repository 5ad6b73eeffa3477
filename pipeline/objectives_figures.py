"""Stage objectives-figures: the figures of the stage objectives for one dataset."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import draw_stage
from pipeline.model_family.figures import draw
from pipeline.records.model_family import Objectives
from pipeline.stage import DatasetName


def main(*, dataset: DatasetName, pictures: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    draw_stage(draw, pictures, files.read_json(record, Objectives), figures)


if __name__ == "__main__":
    stage.run(main)
