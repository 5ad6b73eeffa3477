"""Stage own-figures: the figures of the stage own-images, from its record and its pictures."""

from pathlib import Path

from pipeline import files, stage
from pipeline.experiment.drawing import draw_stage
from pipeline.params.own_images import UserDatasetName
from pipeline.records.own_images import OwnImages
from pipeline.stage import Parameters
from pipeline.user_images.figures import draw
from pipeline.user_images.settings import entry_of, read_images


def main(
    parameters: Parameters, *, dataset: UserDatasetName, data: Path, models: Path, record: Path, figures: Path
) -> None:
    """Draw and write every figure."""
    x_train = read_images(data, dataset, entry_of(parameters, dataset))["x_train"]
    draw_stage(draw, models, files.read_json(record, OwnImages), figures, x_train)


if __name__ == "__main__":
    stage.run(main)
