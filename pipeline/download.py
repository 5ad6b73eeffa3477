"""Stage download: fetch a dataset, verify it, store it as one `.npz`."""

from pathlib import Path

from pipeline import files, stage
from tfvae.data.loading import load


def main(*, dataset: str, data: Path) -> None:
    """Write the four arrays of one dataset."""
    content = load(dataset)
    files.write_npz(data, {name: getattr(content, name) for name in ("x_train", "y_train", "x_test", "y_test")})


if __name__ == "__main__":
    stage.run(main)
