"""Stage vector-quantised-figures: the figures of the stage vector-quantised, from its record and its pictures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import draw_stage
from pipeline.records.vq_vae import VectorQuantised
from pipeline.stage import DatasetName
from pipeline.vq_vae.figures import draw


def main(*, dataset: DatasetName, models: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    draw_stage(draw, models, files.read_json(record, VectorQuantised), figures)


if __name__ == "__main__":
    stage.run(main)
