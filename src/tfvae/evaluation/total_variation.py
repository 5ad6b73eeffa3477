"""Distances between the class frequencies of two sets of labels.

Their arguments are two sets of labels, (N,) and (M,), N and M >= 1, integers from 0 to num_classes - 1. They are
computed from the counts as ratios of integers, so 0, 1 and ties between models are exact.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_count, as_labels

_MOST_CLASSES = 1_000_000  # each has a count, 8 MB in all, whether it occurs or not


def total_variation_distance(labels_1: ArrayLike, labels_2: ArrayLike, num_classes: int) -> float:
    """Return the total variation distance of two class distributions, sum_c |p_c - q_c| / 2.

    It is the largest difference of probability that the two give to any *set* of classes, from 0 (equal frequencies) to
    1 (no class in common).

    Raises:
        Refused: if a set is empty, is not a vector of integers, or holds a label outside the range.
    """
    gaps, scale = class_gaps(labels_1, labels_2, num_classes)
    return int(gaps.sum()) / (2 * scale)


def max_class_gap(labels_1: ArrayLike, labels_2: ArrayLike, num_classes: int) -> float:
    """Return the largest difference in the frequency of one class, max_c |p_c - q_c|, from 0 to 1.

    It is at most `total_variation_distance`. The study's source publishes this form under the name TVD; it counts
    class 0 like any other, which the source's own code did not.

    Raises:
        Refused: if a set is empty, is not a vector of integers, or holds a label outside the range.
    """
    gaps, scale = class_gaps(labels_1, labels_2, num_classes)
    return int(gaps.max()) / scale


def class_gaps(labels_1: ArrayLike, labels_2: ArrayLike, num_classes: int) -> tuple[NDArray[np.int64], int]:
    """Return |p_c - q_c| N M for each class, which is an integer, and N M."""
    num_classes = as_count(num_classes, "num_classes")
    counts_1, counts_2 = (
        class_counts(labels_1, num_classes, "labels_1"),
        class_counts(labels_2, num_classes, "labels_2"),
    )
    n, m = int(counts_1.sum()), int(counts_2.sum())
    return np.abs(counts_1 * m - counts_2 * n), n * m


def class_counts(labels: ArrayLike, num_classes: int, name: str) -> NDArray[np.int64]:
    """Return how often each class occurs, (num_classes,), at most a million; refused as of `as_labels`."""
    num_classes = as_count(num_classes, "num_classes", maximum=_MOST_CLASSES)
    return np.bincount(as_labels(labels, name, num_classes=num_classes), minlength=num_classes)
