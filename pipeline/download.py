"""Stage download: fetch a dataset, verify it, store it as one `.npz`."""

from pathlib import Path

from pipeline import stage
from pipeline.experiment.datasets import write_dataset
from pipeline.stage import AnyDatasetName
from tfvae.data.loading import load


def main(*, dataset: AnyDatasetName, data: Path) -> None:
    """Write the four arrays of one dataset."""
    write_dataset(data, load(dataset))


if __name__ == "__main__":
    stage.run(main)
