"""Flower patches: 32x32 pieces of the photograph of a flower that comes with scikit-learn; needs no network.

The photograph, 427x640, is `sklearn.datasets.load_sample_image("flower.jpg")` (by D. Gamez, CC BY 2.0).
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_sample_image

from tfvae.data.dataset import Dataset

SIZE = 32
TRAIN_IMAGES, TEST_IMAGES = 8000, 2000

_BAND = 64
_TEST_BANDS = (2, 6)  # of ten: what lies left and right of them is in training data
# Two irrational shares of 2^32, the inverse of the plastic number and its square, whose multiples fill a rectangle
# evenly (Roberts, 2018, "The unreasonable effectiveness of quasirandom sequences").
_STEPS = (3_242_174_889, 2_447_445_414)


def load(path: Path | None = None) -> Dataset:
    """Load the patches: 8,000 training and 2,000 test images (N, 32, 32, 3), all of class 0.

    The photograph is cut into upright bands of 64 columns, and every patch lies within one band. Two of the ten bands
    are test data, so no test pixel is seen in training. Places within the bands follow a quasi-random sequence, in
    integers: the same patches with every version of NumPy.
    """
    del path  # the photograph comes with scikit-learn
    photograph = np.asarray(load_sample_image("flower.jpg"), np.uint8)
    bands = range(photograph.shape[1] // _BAND)
    train, test = [band for band in bands if band not in _TEST_BANDS], list(_TEST_BANDS)
    x_train, x_test = patches(photograph, train, TRAIN_IMAGES), patches(photograph, test, TEST_IMAGES)
    y_train, y_test = np.zeros(TRAIN_IMAGES, np.uint8), np.zeros(TEST_IMAGES, np.uint8)
    return Dataset("flower_patches", x_train, y_train, x_test, y_test)


def patches(photograph: NDArray[np.uint8], bands: list[int], count: int) -> NDArray[np.uint8]:
    """Return `count` patches (count, 32, 32, C) of a photograph (H, W, C), from the given bands in turn."""
    number = np.arange(count, dtype=np.uint64)
    down, across = ((number * np.uint64(step)) % np.uint64(2**32) for step in _STEPS)
    tops = (down * np.uint64(photograph.shape[0] - SIZE + 1)) >> np.uint64(32)
    offsets = (across * np.uint64(_BAND - SIZE + 1)) >> np.uint64(32)
    lefts = np.resize(np.array(bands), count) * _BAND + offsets.astype(np.int64)
    places = zip(tops.tolist(), lefts.tolist(), strict=True)
    return np.stack([photograph[top : top + SIZE, left : left + SIZE] for top, left in places])
