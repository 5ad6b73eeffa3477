"""Stage latent-figures: the figures of the stage latent-analysis for one dataset."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import draw_stage
from pipeline.latent_spaces.figures import draw, read_histories
from pipeline.records.latent_spaces import LatentAnalysis
from pipeline.stage import DatasetName


def main(*, dataset: DatasetName, models: Path, record: Path, figures: Path) -> None:
    """Draw and write every figure."""
    content = files.read_json(record, LatentAnalysis)
    draw_stage(draw, models, content, figures, read_histories(models, content))


if __name__ == "__main__":
    stage.run(main)
