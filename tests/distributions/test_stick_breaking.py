"""Stick-breaking against its definition in NumPy, quadrature, and the moments of its prior."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from tests.distributions import reference
from tfvae.distributions import StickBreaking

KEY = (3, 5)


def break_sticks(fractions):
    """Take each fraction of what the ones before left; the last stick is the rest."""
    left, sticks = np.ones(len(fractions)), []
    for fraction in fractions.T:
        sticks.append(left * fraction)
        left = left * (1 - fraction)
    return np.stack([*sticks, left], axis=1)


def random_parameters(family, rows, scale=1.0):
    return np.random.default_rng(0).normal(0, scale, (rows, family.num_parameters)).astype(np.float32)


def softplus_parameters(family, parameters):
    """Return a and b in float64: a softplus, shifted so that 0 becomes the prior's value, above a floor of 0.01."""
    raw = np.split(parameters.astype(np.float64), 2, axis=1)
    return [
        np.logaddexp(0, x + np.log(np.expm1(value - 0.01))) + 0.01
        for x, value in zip(raw, (1.0, family.concentration), strict=True)
    ]


@pytest.mark.parametrize(("sticks", "concentration"), [(2, 1.0), (5, 5.0), (15, 0.3)])
def test_samples_match_the_definition(sticks, concentration):
    family = StickBreaking(sticks, concentration)
    parameters = random_parameters(family, 50)
    noise = np.random.default_rng(1).uniform(1e-3, 1 - 1e-3, (50, sticks - 1)).astype(np.float32)
    a, b = softplus_parameters(family, parameters)
    expected = break_sticks((1 - noise ** (1 / b)) ** (1 / a))
    assert expected.shape == (50, sticks)
    np.testing.assert_allclose(family.sample(parameters, noise), expected, rtol=2e-4, atol=1e-6)


@settings(max_examples=150)
@given(st.integers(2, 20), st.floats(0.1, 20), st.floats(0, 3), st.integers(0, 2**31 - 1))
def test_weights_are_positive_and_sum_to_one(sticks, concentration, scale, seed):
    family = StickBreaking(sticks, concentration)
    noise = family.noise(8, (seed, 0))
    for weights in (family.sample(random_parameters(family, 8, scale), noise), family.sample_prior(noise)):
        assert weights.shape == (8, sticks)
        assert np.min(weights) >= 0
        np.testing.assert_allclose(np.sum(weights, axis=1), 1, rtol=2e-6)


def test_ordinary_weights_are_above_zero():
    family = StickBreaking(6, 2.0)
    assert np.min(family.sample(random_parameters(family, 500), family.noise(500, KEY))) > 0


@pytest.mark.parametrize("concentration", [0.5, 1.0, 5.0])
def test_prior_weights_have_the_means_of_gem(concentration):
    """E[pi_k] = (1 / (1 + c)) (c / (1 + c))^(k - 1), and (c / (1 + c))^(K - 1) for the last."""
    family = StickBreaking(6, concentration)
    weights = family.sample_prior(family.noise(40_000, KEY)).numpy().astype(np.float64)
    kept = concentration / (1 + concentration)
    expected = np.append(kept ** np.arange(5) / (1 + concentration), kept**5)
    np.testing.assert_allclose(expected.sum(), 1)
    errors = np.abs(weights.mean(axis=0) - expected) / (weights.std(axis=0) / np.sqrt(len(weights)))
    assert errors.max() < 4
    np.testing.assert_allclose(family.mean(tf.zeros((1, 10)))[0], expected, rtol=1e-5)


@pytest.mark.parametrize("concentration", [0.3, 1.0, 4.0])
def test_an_encoder_output_of_zero_is_the_prior(concentration):
    family = StickBreaking(5, concentration)
    zeros, noise = tf.zeros((200, 8)), family.noise(200, KEY)
    a, b = family.kumaraswamy_parameters(zeros)
    np.testing.assert_allclose(a, np.ones((200, 4)), rtol=1e-6)
    np.testing.assert_allclose(b, np.full((200, 4), concentration), rtol=1e-6)
    np.testing.assert_allclose(family.sample(zeros, noise), family.sample_prior(noise), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(family.kl_to_prior(zeros), np.zeros(200), atol=5e-6)


def test_mean_is_the_product_of_independent_fractions():
    family = StickBreaking(5, 2.0)
    parameters = random_parameters(family, 6)
    a, b = softplus_parameters(family, parameters)
    expected = break_sticks(b * special.beta(1 + 1 / a, b))
    np.testing.assert_allclose(family.mean(parameters), expected, rtol=1e-4, atol=1e-7)


def test_mean_is_the_mean_of_samples():
    family = StickBreaking(5, 2.0)
    parameters = random_parameters(family, 1)
    weights = family.sample(np.repeat(parameters, 40_000, axis=0), family.noise(40_000, KEY)).numpy().astype(np.float64)
    errors = np.abs(weights.mean(axis=0) - family.mean(parameters)[0]) / weights.std(axis=0) * np.sqrt(len(weights))
    assert errors.max() < 4


def test_kl_sums_the_fractions_divergences():
    family = StickBreaking(4, 3.0)
    parameters = random_parameters(family, 3)
    a, b = softplus_parameters(family, parameters)
    expected = [
        sum(reference.kl_to_beta(x, y, 1, 3.0) for x, y in zip(*row, strict=True)) for row in zip(a, b, strict=True)
    ]
    kl = family.kl_to_prior(parameters)
    assert kl.shape == (3,)
    np.testing.assert_allclose(kl, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("output", [-30.0, -3.0, 0.0, 3.0, 30.0])
def test_every_encoder_output_has_a_finite_gradient(output):
    family = StickBreaking(4, 1.0)
    parameters = tf.fill((50, 6), output)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(parameters)
        squares = tf.square(family.sample(parameters, family.noise(50, KEY)))
        kl = family.kl_to_prior(parameters)
    for target in (squares, kl):
        assert np.isfinite(target).all()
        assert np.isfinite(tape.gradient(target, parameters)).all()


def test_no_encoder_output_is_dead_at_the_start():
    """The thesis's clamp let no gradient through there."""
    family = StickBreaking(4, 1.0)
    parameters = tf.zeros((20, 6))
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        squares = tf.square(family.sample(parameters, family.noise(20, KEY)))
    assert np.all(np.abs(tape.gradient(squares, parameters)) > 0)


def test_noise_is_uniform_inside_the_margins_and_a_function_of_the_key():
    family = StickBreaking(3)
    noise = family.noise(20_000, KEY).numpy()
    assert noise.shape == (20_000, 2)
    assert 0 < noise.min() < 1e-3
    assert 1 - 1e-3 < noise.max() < 1
    np.testing.assert_allclose(np.histogram(noise, 10, (0, 1))[0] / noise.size, 0.1, atol=4 * 0.3 / np.sqrt(noise.size))
    np.testing.assert_array_equal(noise, family.noise(20_000, KEY))
    assert not np.isclose(noise, family.noise(20_000, (3, 6))).all(axis=1).any()


def test_the_encoder_returns_two_numbers_per_fraction():
    assert StickBreaking(15).num_parameters == 28


@pytest.mark.parametrize("sticks", [1, 0])
def test_one_stick_is_nothing_to_break(sticks):
    with pytest.raises(ValueError, match=f"latent_dim must be at least 2.*latent_dim={sticks}"):
        StickBreaking(sticks)


@pytest.mark.parametrize("concentration", [0.01, 0.0, -1.0, float("nan"), float("inf")])
def test_a_concentration_is_above_the_floor(concentration):
    with pytest.raises(ValueError, match=r"a number in \(0\.01, inf\)"):
        StickBreaking(3, concentration)
