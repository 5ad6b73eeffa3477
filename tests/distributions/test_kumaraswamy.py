"""Kumaraswamy's distribution against float64, adaptive quadrature and closed forms."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.distributions import reference
from tfvae.distributions import kumaraswamy_beta_kl
from tfvae.distributions.kumaraswamy import log1mexp, log_sample, mean_negative_log1m

_U = np.concatenate([np.logspace(-7, -0.4, 15), 1 - np.logspace(-6.9, -0.4, 15)])
_AXIS = np.logspace(-2, 2, 9)
# Every combination of a, b in [0.01, 100] and u in [1e-7, 1 - 1e-7].
GRID_A, GRID_B, GRID_U = (part.ravel().astype(np.float32) for part in np.meshgrid(_AXIS, _AXIS, _U))

POSITIVE = st.floats(-2, 2).map(lambda exponent: float(np.float32(10**exponent)))


def naive_log_sample(a, b, u):
    v = (1 - u ** (1 / b)) ** (1 / a)
    return tf.math.log(v), tf.math.log(1 - v)


def values_and_gradients(sampler, last):
    a, b = tf.constant(GRID_A), tf.constant(GRID_B)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([a, b])
        values = sampler(a, b, last)
    return [*values, *(tape.gradient(value, variable) for value in values for variable in (a, b))]


def test_log_samples_match_float64():
    log_u = np.log(GRID_U)
    found = log_sample(tf.constant(GRID_A), tf.constant(GRID_B), tf.constant(log_u))
    expected = reference.log_sample(*(part.astype(np.float64) for part in (GRID_A, GRID_B, log_u)))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-6, atol=2e-6)


def test_log_samples_and_their_gradients_are_finite():
    for part in values_and_gradients(log_sample, tf.math.log(tf.constant(GRID_U))):
        assert np.isfinite(part).all()


def test_the_plain_formula_would_not_be_finite():
    """So the test above asks for something."""
    parts = values_and_gradients(naive_log_sample, tf.constant(GRID_U))
    assert all(np.mean(~np.isfinite(part)) > 0.05 for part in parts)


@given(st.floats(-5, 1.89).map(lambda exponent: np.float32(-(10**exponent))))
def test_log1mexp_matches_float64(x):
    np.testing.assert_allclose(log1mexp(tf.constant(x)), reference.log1mexp(np.float64(x)), rtol=1e-6, atol=1e-37)


def test_gradients_match_central_differences():
    a, b, u = np.float64([0.3, 1.0, 2.5, 20.0]), np.float64([4.0, 1.0, 0.4, 3.0]), np.float64([0.2, 0.5, 0.9, 0.01])
    variables = [tf.constant(a), tf.constant(b)]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(variables)
        values = log_sample(*variables, tf.constant(np.log(u)))
    for which in (0, 1):
        steps = 1e-6 * np.array([a * (which == 0), b * (which == 1)])
        above = reference.log_sample(a + steps[0], b + steps[1], np.log(u))
        below = reference.log_sample(a - steps[0], b - steps[1], np.log(u))
        for value, high, low in zip(values, above, below, strict=True):
            expected = (high - low) / (2 * steps[which])
            np.testing.assert_allclose(tape.gradient(value, variables[which]), expected, rtol=1e-6)


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.5, 2.0), (3.0, 0.7), (12.0, 20.0)])
def test_samples_follow_the_distribution_function(a, b):
    u = np.random.default_rng(1).uniform(size=4000).astype(np.float32)
    log_v, log_rest = log_sample(tf.constant(a), tf.constant(b), tf.constant(np.log(u)))
    assert scipy.stats.kstest(np.exp(log_v), lambda v: 1 - (1 - v**a) ** b).pvalue > 0.01
    np.testing.assert_allclose(np.exp(log_v) + np.exp(log_rest), 1, rtol=1e-6)


@pytest.mark.parametrize("b", [0.01, 0.3, 1.0, 7.0, 100.0])
def test_mean_negative_log1m_for_a_uniform_power(b):
    np.testing.assert_allclose(mean_negative_log1m(tf.constant(1.0), tf.constant(b)), 1 / b, rtol=2e-6)


@pytest.mark.parametrize("a", [1, 2, 5, 40])
def test_mean_negative_log1m_is_a_harmonic_number(a):
    harmonic = sum(1 / k for k in range(1, a + 1))
    np.testing.assert_allclose(mean_negative_log1m(tf.constant(float(a)), tf.constant(1.0)), harmonic, rtol=2e-6)
    if a == 5:
        np.testing.assert_allclose(harmonic, 2.283333, atol=5e-7)


@settings(max_examples=100)
@given(POSITIVE, POSITIVE)
def test_mean_negative_log1m_matches_quadrature(a, b):
    found = mean_negative_log1m(tf.constant(a), tf.constant(b))
    np.testing.assert_allclose(found, reference.mean_negative_log1m(a, b), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "alpha", "beta", "expected"),
    [
        (1.0, 1.0, 1.0, 5.0, 2.3905621),
        (2.0, 3.0, 1.0, 5.0, 1.3989882),
        (0.5, 2.0, 1.0, 5.0, 0.3002072),
        (1.5, 0.7, 1.0, 1.0, 0.2154404),
        (3.0, 8.0, 1.0, 10.0, 3.6682167),
    ],
)
def test_kl_of_known_pairs(a, b, alpha, beta, expected):
    np.testing.assert_allclose(reference.kl_to_beta(a, b, alpha, beta), expected, atol=6e-8)
    np.testing.assert_allclose(kumaraswamy_beta_kl(a, b, alpha, beta), expected, rtol=1e-6)


@settings(max_examples=200)
@given(POSITIVE, POSITIVE, st.floats(0.2, 5), st.floats(0.05, 50))
def test_kl_matches_quadrature(a, b, alpha, beta):
    expected = reference.kl_to_beta(a, b, alpha, beta)
    for dtype, tolerance in ((np.float32, 3e-5), (np.float64, 1e-5)):  # the latter is due to the nodes in `kumaraswamy`
        found = float(kumaraswamy_beta_kl(dtype(a), dtype(b), alpha, beta))
        assert found == pytest.approx(expected, rel=tolerance, abs=tolerance)


@settings(max_examples=150)
@given(POSITIVE, POSITIVE, st.floats(-30, -1e-6))
def test_samples_are_quantiles(a, b, exponent):
    """The distribution function 1 - (1 - v^a)^b gives back 1 - u; here u^(1/b) is what float64 can tell from 0."""
    log_u = b * exponent
    log_v, log_rest = log_sample(*(tf.constant(value, tf.float64) for value in (a, b, log_u)))
    log_survival = b * reference.log1mexp(a * np.float64(log_v))
    np.testing.assert_allclose(log_survival, log_u, rtol=1e-9)
    np.testing.assert_allclose(np.exp(log_v) + np.exp(log_rest), 1, rtol=1e-6)


@settings(max_examples=100)
@given(POSITIVE, POSITIVE)
def test_kl_between_powers_of_uniforms(b, beta):
    """With a = alpha = 1 both are powers of a uniform: KL = log(b / beta) + beta / b - 1."""
    expected = np.log(b / beta) + beta / b - 1
    found = kumaraswamy_beta_kl(np.float32(1), np.float32(b), 1.0, beta)
    # The logarithms of gamma functions that cancel here reach 360, and float32's last digit of that is 3e-5.
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


def test_kl_is_elementwise_and_takes_tensors_for_the_prior():
    a, b = np.float32([[0.5], [2.0]]), np.float32([1.0, 3.0, 8.0])
    beta = np.float32([1.0, 5.0, 0.4])
    found = kumaraswamy_beta_kl(a, b, tf.constant(1.5), tf.constant(beta))
    expected = [[reference.kl_to_beta(x, y, 1.5, z) for y, z in zip(b, beta, strict=True)] for x in a[:, 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_kl_and_its_gradient_are_finite_everywhere():
    a, b = tf.constant(GRID_A), tf.constant(GRID_B)
    for beta in (0.1, 1.0, 5.0, 50.0):
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            kl = kumaraswamy_beta_kl(a, b, 1.0, beta)
        assert np.isfinite(kl).all()
        assert np.min(kl) > -1e-4
        assert all(np.isfinite(gradient).all() for gradient in tape.gradient(kl, [a, b]))


@pytest.mark.parametrize(("a", "b"), [(0.5, 2), (2, 0.5), (np.float64(0.5), 2), (0.5, np.float32(2.0))])
def test_numbers_of_mixed_types_are_taken(a, b):
    expected = kumaraswamy_beta_kl(tf.constant(float(a), tf.float64), tf.constant(float(b), tf.float64), 1, 5)
    np.testing.assert_allclose(kumaraswamy_beta_kl(a, b, 1, 5), expected, rtol=1e-5)


@pytest.mark.parametrize("beta", [0.02, 0.7, 90.0, 1000.0])
def test_the_prior_of_stick_breaking_costs_nothing_at_itself(beta):
    """Kumaraswamy(1, beta) is Beta(1, beta)."""
    np.testing.assert_allclose(kumaraswamy_beta_kl(1.0, beta, 1, beta), 0.0, atol=5e-6)


@pytest.mark.parametrize("name", ["a", "b", "alpha", "beta"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, [2.0, -0.5]])
def test_parameters_that_make_no_density_are_refused(name, value):
    with pytest.raises(ValueError, match=rf"^{name} must be positive and finite\. Received: "):
        kumaraswamy_beta_kl(**{"a": 2.0, "b": 3.0, "alpha": 1.5, "beta": 0.7, name: value})


def test_shapes_that_do_not_broadcast_are_refused():
    with pytest.raises(ValueError, match="Incompatible shapes"):
        kumaraswamy_beta_kl(np.ones((2, 3)), np.ones(4))


def test_a_small_b_costs_no_digits():
    """digamma(b) and 1 / b are near -100 and 100 here, and their sum is multiplied by -99."""
    expected = reference.kl_to_beta(0.01, 0.01, 1.0, 1.0)
    assert float(kumaraswamy_beta_kl(np.float32(0.01), np.float32(0.01))) == pytest.approx(expected, rel=1e-5)
