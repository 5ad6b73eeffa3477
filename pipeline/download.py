"""Stage download: fetch a dataset, verify it, store it as one `.npz`."""

from typing import Any

from pipeline import stage
from tfvae.data.loading import load


def main(parameters: Any, arguments: Any) -> None:
    """Write the four arrays of one dataset."""
    del parameters  # none concerns a download
    dataset = load(arguments.dataset)
    arrays = {name: getattr(dataset, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    stage.write_npz(arguments.data, arrays)


if __name__ == "__main__":
    stage.run(main, writes=("data",), options=("dataset",))
