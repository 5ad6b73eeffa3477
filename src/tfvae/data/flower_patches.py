"""Flower patches: 32x32 images of one flower, crops of a photograph that comes with scikit-learn; needs no network.

The photograph, 427x640, is `sklearn.datasets.load_sample_image("flower.jpg")` (by D. Gamez, CC BY 2.0).
"""

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_sample_image

from tfvae.data.dataset import Dataset

SIZE = 32
TRAIN_IMAGES, TEST_IMAGES = 8000, 2000
SHARES = (0.4, 0.9)
"""Smallest and largest side of a crop, as a share of the photograph's height."""
MIDDLE = (221, 308)
"""Row and column of the middle of the flower, whose diameter is 0.64 of the height."""

_FARTHEST = 1 / 3  # of a crop's side: its middle from that of the flower, down and across
_POINTS = 6  # that a pixel averages, down and across
# The powers 1 to 5 of the inverse of the root of x^6 = x + 1, times 2^32: multiples of these five shares fill a
# five-dimensional cube evenly (Roberts, 2018, "The unreasonable effectiveness of quasirandom sequences").
_STEPS = np.array([3_785_032_106, 3_335_640_776, 2_939_605_022, 2_590_590_015, 2_283_013_049], np.uint64)


class Crop(NamedTuple):
    """A square of a photograph, whose image may be mirrored.

    Row and column of its middle, and its side, are in pixels; by its angle, in radians, it is turned clockwise.
    """

    row: float
    column: float
    side: float
    angle: float
    mirrored: bool


def load(path: Path | None = None) -> Dataset:
    """Load the crops: 8,000 training and 2,000 test images (N, 32, 32, 3), all of class 0.

    No two crops are the same. But all are of one photograph, so test images overlap with training ones, and differ from
    them in place, size and angle alone: they tell whether a model has learned these, and nothing of other flowers.
    """
    del path  # the photograph comes with scikit-learn
    photograph = np.asarray(load_sample_image("flower.jpg"), np.uint8)
    images = np.stack([cut(photograph, crop) for crop in crops(TRAIN_IMAGES + TEST_IMAGES, *photograph.shape[:2])])
    train, test, labels = slice(TRAIN_IMAGES), slice(TRAIN_IMAGES, None), np.zeros(len(images), np.uint8)
    return Dataset("flower_patches", images[train], labels[train], images[test], labels[test])


def crops(count: int, height: int, width: int) -> list[Crop]:
    """Return `count` different crops that lie within a photograph of this size, and show the middle of the flower.

    Their sides, up to the largest that fits at an angle, places and angles follow a quasi-random sequence, which is the
    same with every version of NumPy. More crops leave the first ones as they are.
    """
    numbers = np.arange(count, dtype=np.uint64)[:, np.newaxis]
    draws = (numbers * _STEPS % np.uint64(2**32)).astype(np.float64) / 2**32
    return [_crop(height, width, *draw) for draw in draws.tolist()]


def _crop(height: int, width: int, turn: float, size: float, down: float, across: float, mirror: float) -> Crop:
    angle = 2 * math.pi * turn
    reach = (abs(math.cos(angle)) + abs(math.sin(angle))) / 2  # of a crop of side 1, from its middle
    side = _between(size, SHARES[0] * height, min(SHARES[1] * height, height / (2 * reach)))
    row, column = (
        _between(
            share,
            max(middle - _FARTHEST * side, reach * side),
            min(middle + _FARTHEST * side, length - reach * side),
        )
        for share, middle, length in zip((down, across), MIDDLE, (height, width), strict=True)
    )
    return Crop(row, column, side, angle, mirror < 0.5)


def _between(share: float, low: float, high: float) -> float:
    return low + share * (high - low)


def cut(photograph: NDArray[np.uint8], crop: Crop) -> NDArray[np.uint8]:
    """Return a crop of a photograph (H, W, C) as an image (32, 32, C), each pixel the mean of 36 points of its area."""
    places = crop.side * ((np.arange(SIZE * _POINTS) + 0.5) / (SIZE * _POINTS) - 0.5)
    down, across = places[:, np.newaxis], -places if crop.mirrored else places
    cosine, sine = math.cos(crop.angle), math.sin(crop.angle)
    rows, columns = crop.row + cosine * down + sine * across, crop.column - sine * down + cosine * across
    height, width, channels = photograph.shape
    numbers = _pixels(rows, height) * width + _pixels(columns, width)
    points = photograph.reshape(-1, channels).take(numbers, axis=0).reshape(SIZE, _POINTS, SIZE, _POINTS, channels)
    sums = points.sum(axis=1, dtype=np.int64).sum(axis=2)  # twice as fast as over both axes at once
    return np.asarray((2 * sums + _POINTS**2) // (2 * _POINTS**2), np.uint8)  # to the nearest


def _pixels(places: NDArray[np.float64], length: int) -> NDArray[np.int64]:
    """Return the pixels that hold these places; what a rounding error puts beyond an edge stays at the edge."""
    return np.clip(np.floor(places).astype(np.int64), 0, length - 1)
