"""Classes requested of a conditional model, against the classes that a classifier sees."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused


def confusion(requested: ArrayLike, received: ArrayLike, num_classes: int) -> NDArray[np.int64]:
    """Return how often a class was requested (row) and another received (column), (num_classes, num_classes).

    Its trace over its sum is the agreement: the share of images in which a classifier sees the requested class. A
    classifier makes mistakes on real images too, so compare with those.

    Args:
        requested: labels (N,), integers in [0, num_classes), N >= 1.
        received: labels (N,), of the same images.
        num_classes: at least 1.

    Raises:
        Refused: if the labels are not as described.
    """
    rows, columns = np.asarray(requested), np.asarray(received)
    for name, labels in (("requested", rows), ("received", columns)):
        if labels.ndim != 1 or labels.dtype.kind not in "iu" or labels.shape != rows.shape or len(labels) == 0:
            raise Refused(
                "confusion needs two equally long vectors of integers. "
                f"Received: {name} of shape {labels.shape} and type {labels.dtype}"
            )
        if labels.min() < 0 or labels.max() >= num_classes:
            raise Refused(
                f"labels must lie in [0, {num_classes}). Received: {name} from {labels.min()} to {labels.max()}"
            )
    counts = np.bincount(rows.astype(np.int64) * num_classes + columns.astype(np.int64), minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes).astype(np.int64)
