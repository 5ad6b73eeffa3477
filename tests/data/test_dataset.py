import dataclasses

import numpy as np
import pytest

from tfvae.data import Dataset


def arrays(**changes):
    values = {
        "name": "squares",
        "x_train": np.zeros((3, 4, 5, 2), np.uint8),
        "y_train": np.array([0, 2, 1], np.uint8),
        "x_test": np.zeros((2, 4, 5, 2), np.uint8),
        "y_test": np.array([3, 0], np.uint8),
    }
    return values | changes


def test_properties():
    dataset = Dataset(**arrays())
    assert dataset.image_shape == (4, 5, 2)
    assert dataset.num_classes == 4, "the greatest label stands in the test data"


def test_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Dataset(**arrays()).name = "circles"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": np.full((3, 4, 5, 2), 9.0)}, "x_train of the type float64 must lie from 0 to 1"),
        ({"x_test": np.zeros((2, 4, 5), np.uint8)}, r"x_test must have the shape .*shape=\(2, 4, 5\)"),
        ({"x_test": np.zeros((0, 4, 5, 2), np.uint8), "y_test": np.zeros(0, np.uint8)}, "N at least 1"),
        ({"y_train": np.array([0.0, 2.0, 1.0])}, "y_train must be .*float64"),
        ({"y_test": np.zeros((2, 1), np.uint8)}, "y_test must be"),
        ({"y_train": np.zeros(4, np.uint8)}, "y_train must be a vector of 3 integers"),
        ({"x_test": np.zeros((2, 4, 6, 2), np.uint8)}, r"shape \(N, 4, 5, 2\).*\(2, 4, 6, 2\)"),
    ],
)
def test_refuses(changes, message):
    with pytest.raises(ValueError, match=message) as caught:
        Dataset(**arrays(**changes))
    assert "squares" in str(caught.value)
