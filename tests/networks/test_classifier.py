"""The classifier and what it says of images."""

import numpy as np
import pytest
import scipy.special

from tfvae.networks import classifier, initialize
from tfvae.networks.classifier import NUM_FEATURES, FeatureExtractor


@pytest.fixture(scope="module")
def model():
    network = classifier((12, 12, 1), 4)
    initialize(network, 0, "classifier weights")
    return network


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (503, 12, 12, 1), dtype=np.uint8)


def test_parameters_by_hand():
    """28 -> 26 -> 13 -> 11 -> 5, with 32 filters: 800 numbers reach the dense layers."""
    expected = (9 * 16 + 16) + (9 * 16 * 32 + 32) + (800 * 64 + 64) + (64 * 10 + 10)
    assert classifier((28, 28, 1), 10).count_params() == expected == 56714


def test_features_are_rectified_and_logits_linear_in_them(model, images):
    features, logits = (output.numpy() for output in model(images[:9].astype("f") / 255))
    assert features.shape == (9, NUM_FEATURES)
    assert features.min() == 0 < features.max()
    kernel, bias = model.get_layer("logits").get_weights()
    np.testing.assert_allclose(logits, features @ kernel + bias, rtol=1e-4, atol=1e-5)
    assert logits.shape == (9, 4)


def test_the_extractor_returns_features_and_softmax_of_every_image(model, images):
    features, probabilities = FeatureExtractor(model)(images)
    expected, logits = model.predict(images.astype("f") / 255, verbose=0)
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(probabilities, scipy.special.softmax(logits, axis=1), rtol=1e-4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)
    assert features.dtype == probabilities.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_images_may_be_bytes_or_fractions(model, images, dtype):
    extract = FeatureExtractor(model)
    for one, other in zip(extract(images[:7]), extract(images[:7].astype(dtype) / 255), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
