"""The form of every loaded dataset."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.arguments import as_labels
from tfvae.images import Images, as_images

Labels = NDArray[np.integer[Any]]
_MOST_CLASSES = 2**31  # no more have a place in a classifier


# Arrays have no single truth value, so equality is identity (`eq=False`).
@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels, split into training and test data.

    Attributes:
        name: the dataset's name in `tfvae.data.DATASETS`.
        x_train: training images (N, H, W, C), see `tfvae.images.as_images`; those of `tfvae.data.load` are uint8.
        y_train: their labels (N,), integers from 0; those of `tfvae.data.load` are uint8.
        x_test: test images (M, H, W, C).
        y_test: their labels (M,).

    Raises:
        Refused: if images or labels are not as described, or the images of the two splits differ in shape.
    """

    name: str
    x_train: Images = field(repr=False)
    y_train: Labels = field(repr=False)
    x_test: Images = field(repr=False)
    y_test: Labels = field(repr=False)

    def __post_init__(self) -> None:
        shape = None
        for split in ("train", "test"):
            images = as_images(getattr(self, f"x_{split}"), f"dataset {self.name}: x_{split}", shape)
            labels, shape = np.asarray(getattr(self, f"y_{split}")), images.shape[1:]
            as_labels(labels, f"dataset {self.name}: y_{split}", count=len(images), num_classes=_MOST_CLASSES)
            object.__setattr__(self, f"x_{split}", images)  # arrays, whatever was given
            object.__setattr__(self, f"y_{split}", labels)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Height, width and channels (H, W, C) of one image."""
        height, width, channels = self.x_train.shape[1:]
        return height, width, channels

    @property
    def num_classes(self) -> int:
        """The number of classes: one more than the greatest label of both splits."""
        return max(int(self.y_train.max()), int(self.y_test.max())) + 1
