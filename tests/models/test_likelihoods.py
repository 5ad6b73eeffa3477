"""Distortions against NumPy and SciPy."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit

from tfvae.models import LIKELIHOODS, bernoulli, squared_error
from tfvae.models.likelihoods import likelihood

SHAPE = (3, 4, 5, 2)
IMAGES = arrays.arrays(np.float32, SHAPE, elements=st.floats(0, 1, width=32))
LOGITS = arrays.arrays(np.float32, SHAPE, elements=st.floats(-12, 12, width=32))


@settings(max_examples=30)
@given(IMAGES, LOGITS)
def test_squared_error_sums_pixels_and_averages_channels(images, logits):
    expected = ((expit(logits.astype(float)) - images) ** 2).mean(axis=3).sum(axis=(1, 2))
    np.testing.assert_allclose(squared_error(images, logits), expected, rtol=1e-5, atol=1e-6)


@settings(max_examples=30)
@given(IMAGES, LOGITS)
def test_bernoulli_is_the_cross_entropy_of_pixels(images, logits):
    p, x = expit(logits.astype(float)), images.astype(float)
    expected = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(bernoulli(images, logits), expected, rtol=1e-5)


def test_squared_error_is_a_gaussian_of_variance_one_half():
    generator = np.random.default_rng(0)
    images, logits = generator.uniform(size=(4, 3, 3, 1)), generator.normal(size=(4, 3, 3, 1))
    log_density = scipy.stats.norm(expit(logits), np.sqrt(0.5)).logpdf(images).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(-log_density - squared_error(images, logits), 9 * 0.5 * np.log(np.pi), rtol=1e-6)


def test_known_values():
    images = np.array([[[[1.0]]], [[[0.0]]], [[[0.5]]]], np.float32)
    logits = np.full((3, 1, 1, 1), np.log(3), np.float32)  # the mean image is 3/4
    np.testing.assert_allclose(squared_error(images, logits), [1 / 16, 9 / 16, 1 / 16], rtol=1e-6)
    expected = [np.log(4 / 3), np.log(4), np.log(16 / 3) / 2]
    np.testing.assert_allclose(bernoulli(images, logits), expected, rtol=1e-6)


def test_bernoulli_stays_finite_and_linear_far_out():
    images = np.array([[[[1.0]]], [[[0.0]]]], np.float32)
    logits = np.array([[[[-1e4]]], [[[1e4]]]], np.float32)
    np.testing.assert_allclose(bernoulli(images, logits), [1e4, 1e4])
    np.testing.assert_allclose(bernoulli(images, -logits), [0, 0])


def test_likelihoods_by_name():
    assert {name: likelihood(name) for name in LIKELIHOODS} == LIKELIHOODS
    with pytest.raises(ValueError, match=r"Unknown likelihood.*'gaussian'.*squared_error, bernoulli"):
        likelihood("gaussian")
