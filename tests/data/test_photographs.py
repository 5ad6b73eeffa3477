"""Preparing photographs, against what each step does to images where that is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from tfvae.data.photographs import area_weights, prepare

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 24, 24, 3), dtype=np.uint8)


def test_nothing_asked_for_changes_nothing():
    np.testing.assert_array_equal(prepare(IMAGES, 24), IMAGES)


def test_a_whole_factor_averages_blocks():
    expected = IMAGES.reshape(3, 12, 2, 12, 2, 3).mean(axis=(2, 4))
    assert np.abs(prepare(IMAGES, 12) - expected).max() <= 0.5 + 1e-9


def test_the_centre_is_kept():
    np.testing.assert_array_equal(prepare(IMAGES, 12, crop=0.5), IMAGES[:, 6:18, 6:18])


def test_a_broken_factor_averages_areas():
    """24 pixels become 9 when each is 3 wide and 8 of these make a new one."""
    enlarged = IMAGES.repeat(3, axis=1).repeat(3, axis=2)
    expected = enlarged.reshape(3, 9, 8, 9, 8, 3).mean(axis=(2, 4))
    assert np.abs(prepare(IMAGES, 9) - expected).max() <= 0.5 + 1e-9


@given(st.integers(1, 40), st.data())
def test_weights_average_and_cover_every_sample_alike(old, data):
    new = data.draw(st.integers(1, old))
    weights = area_weights(old, new)
    assert weights.shape == (new, old) and (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights.sum(axis=0), new / old)


def test_smoothing_is_a_gaussian_in_the_plane():
    expected = gaussian_filter(IMAGES[1, :, :, 2].astype(float), 1.5, mode="nearest")
    assert np.abs(prepare(IMAGES, 24, smoothing=1.5)[1, :, :, 2] - expected).max() <= 0.5 + 1e-9


def test_without_saturation_all_is_grey_and_grey_stays():
    grey = prepare(IMAGES, 24, saturation=0)
    assert (grey == grey[..., :1]).all()
    assert np.abs(grey[..., 0] - IMAGES @ np.array([0.299, 0.587, 0.114])).max() <= 0.5 + 1e-9
    np.testing.assert_array_equal(prepare(grey, 24, saturation=3), grey)


def test_contrast_moves_away_from_middle_grey():
    expected = np.clip(127.5 + 1.4 * (IMAGES - 127.5), 0, 255)
    assert np.abs(prepare(IMAGES, 24, contrast=1.4) - expected).max() <= 0.5 + 1e-9
    assert np.isin(prepare(IMAGES, 24, contrast=0), (127, 128)).all()


@pytest.mark.parametrize(
    "arguments",
    [{"size": 25}, {"size": 0}, {"crop": 0}, {"crop": 1.1}, {"size": 13, "crop": 0.5}, {"smoothing": -1},
     {"saturation": -1}, {"contrast": -1}],
    ids=str,
)  # fmt: skip
def test_arguments_out_of_range_are_refused(arguments):
    with pytest.raises(ValueError, match="size="):
        prepare(IMAGES, **{"size": 8} | arguments)


@pytest.mark.parametrize(
    "images", [IMAGES[:, :10], IMAGES[..., :1], IMAGES / 255, IMAGES[0]], ids=lambda a: str(a.shape)
)
def test_other_arrays_are_refused(images):
    with pytest.raises(ValueError, match="images must be uint8"):
        prepare(images, 8)
