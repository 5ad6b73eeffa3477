"""Crops of the bundled photograph: where they lie, what they show, and that each image is its crop."""

import math

import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from tfvae.data import load
from tfvae.data.flower_patches import Crop, crops, cut

HEIGHT, WIDTH = 427, 640


@pytest.fixture(scope="module")
def dataset():
    return load("flower_patches")


@pytest.fixture(scope="module")
def many():
    """Row, column, side, angle and whether it is mirrored, of 3,000 crops, (5, 3000)."""
    return np.array(crops(3000, HEIGHT, WIDTH), np.float64).T


def test_shapes_and_classes(dataset):
    assert dataset.x_train.shape == (8000, 32, 32, 3) and dataset.x_test.shape == (2000, 32, 32, 3)
    assert dataset.num_classes == 1


def test_every_image_is_another_and_the_test_images_come_last(dataset):
    images = np.concatenate([dataset.x_train, dataset.x_test])
    assert len(np.unique(images, axis=0)) == 10_000
    photograph, last = load_sample_image("flower.jpg"), crops(10_000, HEIGHT, WIDTH)[-1]
    np.testing.assert_array_equal(dataset.x_test[-1], cut(photograph, last))


def test_every_image_shows_the_flower(dataset):
    """Its petals are orange, far redder than blue; all else in the photograph is green or dark."""
    red, _, blue = np.moveaxis(np.concatenate([dataset.x_train, dataset.x_test]).astype(int), -1, 0)
    shares = (red > blue + 40).mean(axis=(1, 2))
    assert shares.min() > 0.3 and shares.mean() > 0.6
    assert (shares < 0.6).mean() > 0.2  # and most have something around it


def test_crops_lie_within_the_photograph_and_are_large(many):
    rows, columns, sides, angles, _ = many
    corners = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) / 2
    turned = np.stack([np.cos(angles), np.sin(angles)]), np.stack([-np.sin(angles), np.cos(angles)])
    for centre, length, axes in zip((rows, columns), (HEIGHT, WIDTH), turned, strict=True):
        places = centre + sides * (corners @ axes)
        assert places.min() > -1e-6 and places.max() < length + 1e-6
    assert 0.4 * HEIGHT <= sides.min() < 0.41 * HEIGHT and 0.89 * HEIGHT < sides.max() <= 0.9 * HEIGHT


def test_crops_are_of_every_place_angle_and_side_alike(many):
    rows, columns, sides, angles, mirrored = many
    assert np.abs(np.histogram(angles, 16, (0, 2 * math.pi))[0] / 3000 - 1 / 16).max() < 0.005
    assert mirrored.mean() == pytest.approx(0.5, abs=0.01)
    # The flower's middle, at row 221 and column 308, lies in all parts of the crops.
    for places, middle in ((rows, 221), (columns, 308)):
        shares = (middle - places) / sides
        assert shares.min() < -0.3 and shares.max() > 0.3 and np.abs(shares).max() < 0.34
    assert np.abs(np.corrcoef([columns, angles, mirrored]) - np.eye(3)).max() < 0.05


def test_the_first_crops_stay_whatever_their_number():
    assert crops(5, HEIGHT, WIDTH) == crops(9, HEIGHT, WIDTH)[:5]


def test_a_straight_crop_averages_blocks():
    photograph = np.random.default_rng(0).integers(0, 256, (250, 300, 3), dtype=np.uint8)
    expected = photograph[20:212, 40:232].reshape(32, 6, 32, 6, 3).mean(axis=(1, 3))
    straight = Crop(row=116, column=136, side=192, angle=0, mirrored=False)
    assert np.abs(cut(photograph, straight) - expected).max() <= 0.5
    for changes, turned in (
        ({"mirrored": True}, expected[:, ::-1]),
        ({"angle": math.pi / 2}, np.rot90(expected)),
        ({"angle": math.pi}, expected[::-1, ::-1]),
    ):
        assert np.abs(cut(photograph, straight._replace(**changes)) - turned).max() <= 0.5


def test_a_turned_crop_of_a_slope_is_a_slope():
    """Where each pixel holds its row and column, a pixel of the crop holds the place of its middle."""
    photograph = np.stack(np.meshgrid(np.arange(200), np.arange(220), indexing="ij"), axis=-1).astype(np.uint8)
    crop = Crop(row=90, column=110, side=100, angle=0.4, mirrored=False)
    down, across = np.meshgrid(*[100 * ((np.arange(32) + 0.5) / 32 - 0.5)] * 2, indexing="ij")
    place = 90 + 110j + np.exp(-0.4j) * (down + 1j * across)  # rows are real, columns imaginary
    expected = np.stack([place.real, place.imag], axis=-1) - 0.5
    assert np.abs(cut(photograph, crop) - expected).max() < 0.8
    assert np.abs((cut(photograph, crop) - expected).mean(axis=(0, 1))).max() < 0.05
