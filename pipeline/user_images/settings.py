"""The parameters and the images of one of the user's datasets."""

from pathlib import Path

import numpy as np

from pipeline import files
from pipeline.params.own_images import Budget, UserDataset
from pipeline.params.schema import Parameters
from tfvae.data.dataset import Dataset
from tfvae.errors import Refused

_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
Arrays = dict[str, np.ndarray]


def entry_of(parameters: Parameters, dataset: str) -> UserDataset:
    """Return a dataset's entry; Refused if there is none."""
    if dataset not in parameters.user_datasets:
        known = ", ".join(parameters.user_datasets) or "none"
        raise Refused(f"user_datasets in params.yaml has {known}. Received: {dataset!r}")
    return parameters.user_datasets[dataset]


def read_images(path: Path, dataset: str, entry: UserDataset) -> Arrays:
    """Return the four arrays of a dataset, which must have its shape."""
    stored = files.read_npz(path)
    arrays = {name: stored[name] for name in _ARRAYS}
    with files.reading(path):
        found, kinds = Dataset(dataset, **arrays).image_shape, {array.dtype.name for array in arrays.values()}
        if (found, kinds) != (entry.shape, {"uint8"}):
            received = f"{found}, {', '.join(sorted(kinds))}"
            raise ValueError(f"images of {dataset} have the shape {entry.shape}, uint8. Received: {received}")
    return arrays


def check_counts(path: Path, arrays: Arrays, budget: Budget) -> None:
    """Raise Refused if the images are too few for the budget."""
    training, test = len(arrays["x_train"]), len(arrays["x_test"])
    needed = max(budget.batch_size, budget.components)
    if training < needed or test <= budget.neighbours:
        raise Refused(
            f"{path}: at least {needed} training and {budget.neighbours + 1} test images are needed (batch_size, "
            f"components and neighbours of own_images.common). Received: {training} and {test}"
        )
