"""Stage download: fetch a dataset, verify it, store it as one `.npz`."""

from pathlib import Path

from pipeline import files, stage
from tfvae.data.loading import load


def main(*, dataset: str, data: Path) -> None:
    """Write the four arrays of one dataset."""
    dataset = load(dataset)
    arrays = {name: getattr(dataset, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    files.write_npz(data, arrays)


if __name__ == "__main__":
    stage.run(main)
