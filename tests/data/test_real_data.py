"""What is known of MNIST and Fashion-MNIST, checked on the real files where `TFVAE_DATA_DIR` names them."""

import os

import numpy as np
import pytest

from tfvae.data import load

DATA_DIRECTORY = os.environ.get("TFVAE_DATA_DIR")  # read before the tests' own environment hides it

pytestmark = pytest.mark.skipif(not DATA_DIRECTORY, reason="TFVAE_DATA_DIR is not set: no MNIST, no Fashion-MNIST")

TRAIN_COUNTS = {
    "mnist": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    "fashion_mnist": [6000] * 10,
}
TEST_COUNTS = {
    "mnist": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    "fashion_mnist": [1000] * 10,
}
# Squared distance of a training image from the mean image, summed over pixels in [0, 1], averaged over images.
VARIANCE = {"mnist": 52.7250, "fashion_mnist": 68.2163}


@pytest.fixture(params=["mnist", "fashion_mnist"])
def dataset(request, monkeypatch):
    monkeypatch.setenv("TFVAE_DATA_DIR", DATA_DIRECTORY)
    return load(request.param)


def test_real_data(dataset):
    assert dataset.x_train.shape == (60000, 28, 28, 1)
    assert dataset.x_test.shape == (10000, 28, 28, 1)
    np.testing.assert_array_equal(np.bincount(dataset.y_train), TRAIN_COUNTS[dataset.name])
    np.testing.assert_array_equal(np.bincount(dataset.y_test), TEST_COUNTS[dataset.name])
    mean = dataset.x_train.mean(axis=0)
    mean_square = np.square(dataset.x_train, dtype=np.uint16).mean(axis=0)
    variance = np.sum(mean_square - mean**2) / 255**2
    assert variance == pytest.approx(VARIANCE[dataset.name], abs=5e-5)
