"""Blank images, by known answers and by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from tfvae.evaluation import blank_share

IMAGES = arrays(np.uint8, array_shapes(min_dims=4, max_dims=4, max_side=4), elements=st.integers(0, 40))


def plain(shade, dtype=np.float32):
    return np.full((1, 4, 4, 1), shade, dtype)


def dotted(shade, dot, dtype=np.float32):
    image = plain(shade, dtype)
    image[0, 2, 1] = dot
    return image


@pytest.mark.parametrize(
    ("image", "share"),
    [
        (plain(0.0), 1),
        (plain(0.4), 1),
        (plain(1.0), 1),
        (dotted(0.0, 0.09), 1),
        (dotted(0.0, 0.1), 0),
        (dotted(1.0, 0.0), 0),
        (dotted(0, 25, np.uint8), 1),
        (dotted(0, 26, np.uint8), 0),
        (np.repeat(np.repeat(np.array([1.0, 0.0, 0.0]).reshape(1, 1, 1, 3), 4, axis=1), 4, axis=2), 1),
        (np.concatenate([plain(0.5), dotted(0.5, 0.9)], axis=3), 0),
    ],
    ids=["black", "grey", "white", "faint dot", "dot at the threshold", "black dot on white", "faint dot of bytes",
         "dot of bytes", "all red", "dot in one channel"],
)  # fmt: skip
def test_one_image(image, share):
    assert blank_share(image) == share


def test_the_share_of_several():
    images = np.concatenate([plain(0.0), dotted(0.0, 0.5), plain(0.9), dotted(0.2, 0.6), dotted(0.2, 0.25)])
    assert blank_share(images) == 0.6
    assert blank_share(images, 0.45) == 0.8 and blank_share(images, 0.01) == 0.4


@given(IMAGES, st.floats(0.01, 0.2))
def test_any_images_are_counted_as_by_hand(images, threshold):
    """A span counts as a fraction of 255, whichever form the images have."""
    blank = 0
    for image in images:
        channels = np.moveaxis(image.astype(int), -1, 0)
        blank += all(int(channel.max()) - int(channel.min()) < 255 * threshold for channel in channels)
    assert blank_share(images, threshold) == blank / len(images)


@pytest.mark.parametrize("threshold", [0, -0.1, 1.5, np.nan, "0.1", None])
def test_an_impossible_threshold_is_refused(threshold):
    with pytest.raises(ValueError, match=r"threshold must be a number in \(0, 1\]\. Received: threshold="):
        blank_share(plain(0.0), threshold)
