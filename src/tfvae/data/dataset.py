"""The form of every loaded dataset."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tfvae.errors import Refused


# Arrays have no single truth value, so equality is identity (`eq=False`).
@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, split into training and test data.

    Attributes:
        name: the dataset's name in `tfvae.data.DATASETS`.
        x_train: training images, uint8 in [0, 255], (N, H, W, C) with one or more channels C.
        y_train: their labels, uint8 in [0, num_classes), (N,).
        x_test: test images, uint8, (M, H, W, C).
        y_test: their labels, uint8, (M,).

    Raises:
        Refused: if an array has another type or shape, a split is empty, a split's images and labels differ in
            number, or the images of the two splits differ in shape.
    """

    name: str
    x_train: NDArray[np.uint8] = field(repr=False)
    y_train: NDArray[np.uint8] = field(repr=False)
    x_test: NDArray[np.uint8] = field(repr=False)
    y_test: NDArray[np.uint8] = field(repr=False)

    def __post_init__(self) -> None:
        for split in ("train", "test"):
            _check_split(self.name, split, getattr(self, f"x_{split}"), getattr(self, f"y_{split}"))
        if self.x_train.shape[1:] != self.x_test.shape[1:]:
            raise Refused(
                f"dataset {self.name}: training and test images must have one shape (H, W, C). "
                f"Received: x_train.shape={self.x_train.shape}, x_test.shape={self.x_test.shape}"
            )

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels (H, W, C) of one image."""
        height, width, channels = self.x_train.shape[1:]
        return height, width, channels

    @property
    def num_classes(self) -> int:
        """The number of classes: one more than the greatest label of both splits."""
        return max(int(self.y_train.max()), int(self.y_test.max())) + 1


def _check_split(name: str, split: str, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    for variable, array, shape, ndim in (("x", images, "(N, H, W, C)", 4), ("y", labels, "(N,)", 1)):
        if array.dtype != np.uint8 or array.ndim != ndim or array.size == 0:
            raise Refused(
                f"dataset {name}: {variable}_{split} must be a non-empty uint8 array of shape {shape}. "
                f"Received: dtype={array.dtype}, shape={array.shape}"
            )
    if len(images) != len(labels):
        raise Refused(
            f"dataset {name}: every image needs one label. "
            f"Received: x_{split} with {len(images)} images, y_{split} with {len(labels)} labels"
        )
