"""Stage conditional-figures: the figures of the stage conditional for one dataset."""

from pathlib import Path

import pandas as pd

from pipeline import files, stage
from pipeline.conditional_vae.figures import draw
from pipeline.experiment.drawing import draw_stage


def main(*, dataset: str, data: Path, models: Path, record: Path, trials: Path, figures: Path) -> None:
    """Draw and write every figure."""
    arrays = files.read_npz(data)
    draw_stage(draw, models, record, figures, pd.read_csv(trials), arrays["x_train"], arrays["y_train"])


if __name__ == "__main__":
    stage.run(main)
