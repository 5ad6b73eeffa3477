"""Classes requested of a conditional model, against the classes that a classifier sees."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_count, as_labels


def confusion(requested: ArrayLike, received: ArrayLike, num_classes: int) -> NDArray[np.int64]:
    """Return how often a class was requested (row) and another received (column), (num_classes, num_classes).

    Its trace over its sum is the agreement: the share of images in which a classifier sees the requested class. A
    classifier makes mistakes on real images too, so compare with those.

    Raises:
        Refused: if the labels are not two vectors of one length N >= 1, of integers in [0, num_classes).
    """
    num_classes = as_count(num_classes, "num_classes", maximum=10_000)  # 800 MB
    rows = as_labels(requested, "requested", num_classes=num_classes)
    columns = as_labels(received, "received", count=len(rows), num_classes=num_classes)
    counts = np.bincount(rows * num_classes + columns, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes).astype(np.int64)
