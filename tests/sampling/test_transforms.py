"""Scaling and shifting of latents, and what scaling does to a ReLU decoder."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tfvae.sampling import scaled, shifted

BOTH = pytest.mark.parametrize("transform", [scaled, shifted])
LATENTS = arrays(
    st.sampled_from([np.float32, np.float64]),
    st.tuples(st.integers(0, 5), st.integers(1, 4)),
    elements=st.floats(-100, 100, width=16),
)


def logits(latents, biases=True, seed=0):
    """A random decoder: two hidden layers of ReLUs, 50 pixels."""
    rng = np.random.default_rng(seed)
    hidden = latents
    for outputs in (32, 32, 50):
        weights = rng.standard_normal((hidden.shape[1], outputs)) / np.sqrt(hidden.shape[1])
        before = hidden @ weights + biases * rng.standard_normal(outputs)
        hidden = np.maximum(before, 0)
    return before


def sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))


@settings(max_examples=300)
@given(LATENTS, st.floats(-1000, 1000))
def test_scaled_and_shifted_by_a_number(latents, number):
    """To the last bit of the latents' own precision."""
    rounded = latents.dtype.type(number)
    for transform, expected in ((scaled, latents * rounded), (shifted, latents + rounded)):
        result = transform(latents, number)
        assert result.dtype == latents.dtype
        np.testing.assert_array_equal(result, expected)


def test_shifted_by_a_vector():
    latents = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(shifted(latents, [10.0, 20.0, 30.0]), [[10, 21, 32], [13, 24, 35]])


@BOTH
def test_the_type_stays_also_for_numpy_scalars(transform):
    for dtype in (np.float32, np.float64):
        assert transform(np.ones((2, 3), dtype), np.float64(2.5)).dtype == dtype
        assert transform(np.ones((2, 3), dtype), 2).dtype == dtype


@BOTH
def test_latents_are_not_modified(transform):
    latents = np.ones((2, 3))
    result = transform(latents, 1.0)
    result += 1
    np.testing.assert_array_equal(latents, np.ones((2, 3)))


def test_the_logits_of_a_decoder_without_biases_scale_exactly():
    latents = np.random.default_rng(1).standard_normal((20, 5))
    np.testing.assert_allclose(logits(scaled(latents, 100.0), biases=False), 100 * logits(latents, biases=False))


def test_scaling_saturates_a_relu_decoder():
    """As the documentation says: D(100 z) hardly differs from D(1000 z), and both are nearly black and white."""
    latents = np.random.default_rng(2).standard_normal((200, 5))
    plain, hundred, thousand = (sigmoid(logits(scaled(latents, c))) for c in (1.0, 100.0, 1000.0))
    contrast = [np.abs(2 * image - 1).mean() for image in (plain, hundred, thousand)]
    assert contrast[0] < 0.8 < 0.95 < contrast[1] < contrast[2]
    assert np.abs(hundred - thousand).mean() < 0.2 * np.abs(plain - hundred).mean()


def test_the_prior_has_no_mass_where_scaled_latents_lie():
    """E |N(0, I_5)| = 2.1277; the norm times 100 is far beyond the largest of many draws."""
    latents = np.random.default_rng(3).standard_normal((20_000, 5))
    norms = np.linalg.norm(latents, axis=1)
    assert norms.mean() == pytest.approx(2.1277, abs=0.02)
    assert np.quantile(np.linalg.norm(scaled(latents, 100.0), axis=1), 0.001) > 2 * norms.max()


@BOTH
@pytest.mark.parametrize(
    "latents, number, message",
    [
        pytest.param(np.zeros(3), 1.0, r"shape \(N, D\)", id="vector"),
        pytest.param(np.zeros((3, 0)), 1.0, r"shape \(N, D\)", id="no dimension"),
        pytest.param(np.zeros((3, 2), int), 1.0, "float32 or float64", id="integers"),
        pytest.param(np.full((3, 2), np.nan), 1.0, "latents must be finite", id="NaN"),
        pytest.param(np.zeros((3, 2)), np.inf, "(factor must be a number|offset must be finite)", id="infinite number"),
    ],
)
def test_refuses_bad_arguments(transform, latents, number, message):
    with pytest.raises(ValueError, match=message):
        transform(latents, number)


@pytest.mark.parametrize("offset", [np.zeros(3), np.zeros((4, 2)), np.zeros((1, 2))])
def test_refuses_offsets_of_another_shape(offset):
    with pytest.raises(ValueError, match=r"one per dimension.*Received: offset.shape="):
        shifted(np.zeros((4, 2)), offset)
