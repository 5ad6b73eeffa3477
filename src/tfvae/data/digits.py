"""Digits: the 1,797 handwritten 8x8 digits bundled with scikit-learn, enlarged to MNIST's 28x28; needs no network.

They are the test part of "Optical Recognition of Handwritten Digits" (Alpaydin & Kaynak, 1998,
https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits).
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from tfvae.data.dataset import Dataset

TRAIN_IMAGES = 1437
"""So many of the first images train; the other 360 test."""

_SIZE = 28
_GREATEST_PIXEL = 16


def load(path: Path | None = None) -> Dataset:
    """Load the digits: 1,437 training and 360 test images (N, 28, 28, 1), classes 0-9."""
    del path  # they come with scikit-learn
    bundled = load_digits()
    images = enlarge(bundled.images.astype(np.int64))[..., np.newaxis]
    labels = bundled.target.astype(np.uint8)
    first, rest = slice(TRAIN_IMAGES), slice(TRAIN_IMAGES, None)
    return Dataset("digits", images[first], labels[first], images[rest], labels[rest])


def enlarge(images: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Rescale pixels from [0, 16] to [0, 255] and resize the images to 28x28 bilinearly, with half-pixel centres.

    The result is the exact value of A (255/16 image) A^T, rounded to the nearest integer. It is computed in integers,
    because an evenly half-grey region has the value 127.5: in floating point its last bit, which may differ between
    machines, would decide how it is rounded. Halves are rounded up.
    """
    rows, row_unit = bilinear_weights(images.shape[1], _SIZE)
    columns, column_unit = bilinear_weights(images.shape[2], _SIZE)
    numerator = 255 * (rows @ images @ columns.T)
    denominator = _GREATEST_PIXEL * row_unit * column_unit
    return ((2 * numerator + denominator) // (2 * denominator)).astype(np.uint8)


def bilinear_weights(old: int, new: int) -> tuple[NDArray[np.int64], int]:
    """Return the matrix that resizes `old` samples to `new` ones linearly, with half-pixel centres, times a unit.

    The centre of sample i of `new` lies at (i + 1/2) old / new - 1/2 among the centres of the old samples; beyond the
    outermost of these, their value continues. The matrix (new, old) holds integers; each row sums to the unit, 2 * new.
    """
    unit = 2 * new
    centres = np.clip((2 * np.arange(new) + 1) * old - new, 0, (old - 1) * unit)  # in 1/unit of an old sample
    distances = np.abs(centres[:, np.newaxis] - unit * np.arange(old))
    return np.maximum(unit - distances, 0), unit
