"""Stage conditional-figures: the figures of the stage conditional for one dataset."""

from pathlib import Path

from pipeline import files, stage
from pipeline.conditional_vae.figures import COLUMNS, draw
from pipeline.experiment.drawing import draw_stage
from pipeline.stage import AnyDatasetName


def main(*, dataset: AnyDatasetName, models: Path, record: Path, trials: Path, figures: Path) -> None:
    """Draw and write every figure."""
    chosen = files.read_json(record)["search"]["best"]
    draw_stage(draw, models, record, figures, files.read_csv(trials, (*COLUMNS, *chosen)))


if __name__ == "__main__":
    stage.run(main)
