"""Patches of the bundled photograph: each is a piece of it, and test pieces share no pixel with training ones."""

import hashlib

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.datasets import load_sample_image

from tfvae.data import load
from tfvae.data.flower_patches import patches


@pytest.fixture(scope="module")
def dataset():
    return load("flower_patches")


@pytest.fixture(scope="module")
def photograph():
    return load_sample_image("flower.jpg")


def test_shapes_and_classes(dataset):
    assert dataset.x_train.shape == (8000, 32, 32, 3) and dataset.x_test.shape == (2000, 32, 32, 3)
    assert dataset.num_classes == 1


def places(images, photograph):
    """Return where in the photograph each image is found, (N, 2): row and column."""
    windows = sliding_window_view(photograph, (32, 32, 3))[:, :, 0].reshape(-1, 32 * 32 * 3)
    found = {hashlib.sha1(window.tobytes()).digest(): number for number, window in enumerate(windows)}
    numbers = [found[hashlib.sha1(image.tobytes()).digest()] for image in images]
    return np.stack(np.divmod(numbers, photograph.shape[1] - 31), axis=1)


def test_every_patch_is_a_piece_of_its_own_part(dataset, photograph):
    train, test = (places(images, photograph) for images in (dataset.x_train[:300], dataset.x_test[:300]))
    for found, bands in ((train, {0, 1, 3, 4, 5, 7, 8, 9}), (test, {2, 6})):
        assert {column // 64 for _, column in found} == {(column + 31) // 64 for _, column in found} == bands
        # Evenly spread: all sixteenths of the height and of a band's width occur.
        assert len(np.unique(found[:, 0] * 16 // 396)) == len(np.unique(found[:, 1] % 64 * 16 // 33)) == 16
    assert len(np.unique(train, axis=0)) == 300


def test_patches_begin_with_the_same_places_whatever_their_number(photograph):
    np.testing.assert_array_equal(patches(photograph, [1], 5), patches(photograph, [1], 9)[:5])
