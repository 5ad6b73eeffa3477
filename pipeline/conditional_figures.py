"""Stage conditional-figures: the figures of the stage conditional for one dataset."""

from pathlib import Path

import pandas as pd

from pipeline import stage
from pipeline.conditional_vae.figures import draw
from pipeline.experiment.drawing import draw_stage


def main(*, dataset: str, models: Path, record: Path, trials: Path, figures: Path) -> None:
    """Draw and write every figure."""
    draw_stage(draw, models, record, figures, pd.read_csv(trials))


if __name__ == "__main__":
    stage.run(main)
