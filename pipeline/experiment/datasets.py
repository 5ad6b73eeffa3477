"""Datasets as the stage `download` stores them: the four arrays of `tfvae.data.dataset.Dataset` in one file."""

from pathlib import Path

import numpy as np

from pipeline import files
from pipeline.params.fields import image_shape
from tfvae.data.dataset import Dataset

_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def write_dataset(path: Path, dataset: Dataset) -> None:
    """Write the four arrays of a dataset."""
    files.write_npz(path, {name: getattr(dataset, name) for name in _ARRAYS})


def read_dataset(path: Path, name: str) -> dict[str, np.ndarray]:
    """Return the four arrays of a dataset by its name; their types, numbers and sizes must be those of the dataset."""
    stored = files.read_npz(path)
    arrays = {array: stored[array] for array in _ARRAYS}
    with files.reading(path):
        dataset, kinds = Dataset(name, **arrays), {array.dtype.name for array in arrays.values()}
        if (dataset.image_shape, kinds) != (image_shape(name), {"uint8"}):
            received = f"{dataset.image_shape}, {', '.join(sorted(kinds))}"
            raise ValueError(f"images of {name} have the shape {image_shape(name)}, uint8. Received: {received}")
    return arrays
