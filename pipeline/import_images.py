"""Stage import-images: bring a user's own images to one shape, store them as the stage download does."""

from pathlib import Path

from pipeline import stage
from pipeline.experiment.datasets import write_dataset
from pipeline.params.own_images import UserDatasetName
from pipeline.stage import Parameters
from pipeline.user_images.settings import entry_of
from tfvae.data.pictures import load_pictures


def main(parameters: Parameters, *, dataset: UserDatasetName, data: Path) -> None:
    """Write the four arrays of one dataset."""
    entry = entry_of(parameters, dataset)
    write_dataset(data, load_pictures(Path(entry.path), entry.shape, entry.fit, dataset))


if __name__ == "__main__":
    stage.run(main)
