import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.ndimage import map_coordinates
from sklearn.datasets import load_digits

from tfvae.data import digits, load


def resize_by_interpolation(image, size=28):
    """Bilinear resize with half-pixel centres by SciPy, in floating point and without rounding."""
    height, width = image.shape
    rows = (np.arange(size) + 0.5) * height / size - 0.5
    columns = (np.arange(size) + 0.5) * width / size - 0.5
    return map_coordinates(image * 255 / 16, np.meshgrid(rows, columns, indexing="ij"), order=1, mode="nearest")


@pytest.fixture(scope="module")
def dataset():
    return load("digits")


def test_shapes_and_split(dataset):
    assert dataset.name == "digits"
    assert dataset.x_train.shape == (1437, 28, 28, 1)
    assert dataset.x_test.shape == (360, 28, 28, 1)
    assert dataset.image_shape == (28, 28, 1)
    assert dataset.num_classes == 10


def test_order_is_that_of_the_bundled_images(dataset):
    np.testing.assert_array_equal(np.concatenate([dataset.y_train, dataset.y_test]), load_digits().target)


def test_class_counts(dataset):
    together = np.bincount(dataset.y_train) + np.bincount(dataset.y_test)
    np.testing.assert_array_equal(together, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])


def test_every_image_is_the_rounded_interpolation(dataset):
    images = np.concatenate([dataset.x_train, dataset.x_test])[..., 0]
    for image, original in zip(images, load_digits().images, strict=True):
        # Rounding moves a value by at most 1/2; the rest is SciPy's floating point.
        np.testing.assert_allclose(image, resize_by_interpolation(original), rtol=0, atol=0.5 + 1e-9)


def test_uses_the_whole_range(dataset):
    assert dataset.x_train.min() == 0
    assert dataset.x_train.max() == 255


@pytest.mark.parametrize(("grey", "expected"), [(0, 0), (1, 16), (8, 128), (15, 239), (16, 255)])
def test_constant_image_stays_constant(grey, expected):
    # 255/16 = 15.94; 8 * 255/16 = 127.5 is rounded up; 15 * 255/16 = 239.06.
    np.testing.assert_array_equal(digits.enlarge(np.full((1, 8, 8), grey)), np.full((1, 28, 28), expected))


def test_one_bright_corner_fades_along_both_axes():
    image = np.zeros((1, 8, 8), int)
    image[0, 0, 0] = 16
    enlarged = digits.enlarge(image)[0]
    # Centres of the first pixels, in old pixels: -5/14 and -1/14 (beyond the edge), 3/14, 7/14, 11/14, 15/14.
    weights = np.array([1, 1, 11 / 14, 7 / 14, 3 / 14, 0])
    np.testing.assert_array_equal(enlarged[:6, :6], np.floor(255 * np.outer(weights, weights) + 0.5))
    assert enlarged[6:].max() == enlarged[:, 6:].max() == 0


@given(npst.arrays(np.int64, (2, 8, 8), elements=st.integers(0, 16)))
def test_commutes_with_flips_and_transposition(images):
    enlarged = digits.enlarge(images)
    np.testing.assert_array_equal(digits.enlarge(images[:, ::-1]), enlarged[:, ::-1])
    np.testing.assert_array_equal(digits.enlarge(images.swapaxes(1, 2)), enlarged.swapaxes(1, 2))


@given(st.integers(1, 40), st.integers(1, 40))
def test_weights_interpolate_straight_lines(old, new):
    weights, unit = digits.bilinear_weights(old, new)
    centres = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    np.testing.assert_array_equal(weights.sum(axis=1), unit)
    np.testing.assert_allclose(weights @ np.arange(old) / unit, centres, rtol=0, atol=1e-12)
    assert weights.min() >= 0
    assert ((weights > 0).sum(axis=1) <= 2).all()
