"""Gamma quantiles and their derivatives against SciPy's."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import special, stats

from tfvae.distributions.gamma import log_gamma_quantile

SHAPES = np.exp(np.linspace(np.log(0.01), np.log(1000), 60))
UNIFORMS = np.concatenate([np.logspace(-6, -0.31, 25), 1 - np.logspace(-6, -0.31, 25)])


def grid():
    a, u = np.meshgrid(SHAPES, UNIFORMS)
    return a.astype(np.float32), u.astype(np.float32)


def reference(a, u):
    """Return log z in float64; where z is no number, its series."""
    z = stats.gamma.ppf(u.astype(np.float64), a)
    with np.errstate(divide="ignore"):
        return np.where(z > 1e-300, np.log(z), (np.log(u.astype(np.float64)) + special.gammaln(a + 1)) / a)


@pytest.mark.parametrize("compiled", [False, True])
def test_quantiles_are_those_of_scipy(compiled):
    a, u = grid()
    expected = reference(a.astype(np.float64), u)
    found = tf.function(log_gamma_quantile, jit_compile=compiled)(a, u)
    # As far as float32 tells u from its neighbours, which counts where the distribution is flat.
    allowed = 3e-5 * np.abs(expected) + np.where(a < 0.02, 6e-4, 2e-4)
    np.testing.assert_array_less(np.abs(found - expected), allowed)


def test_derivatives_are_those_of_differences():
    a, u = grid()
    wide, step = a.astype(np.float64), 1e-4
    expected = (reference(wide * (1 + step), u) - reference(wide * (1 - step), u)) / (2 * step * wide)
    variable = tf.constant(a)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        log_z = log_gamma_quantile(variable, tf.constant(u))
    found = tape.gradient(log_z, variable)
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-3)


@pytest.mark.parametrize("shape", [0.05, 0.7, 3.0, 40.0])
def test_moments_and_their_derivatives(shape):
    """E[z] = a and E[log z] = psi(a), so their derivatives are 1 and psi'(a): by the midpoints of 20,000 shares."""
    u = tf.constant((np.arange(20_000) + 0.5) / 20_000, tf.float32)
    a = tf.constant(shape)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(a)
        log_z = log_gamma_quantile(tf.fill(u.shape, a), u)
        mean, mean_log = tf.reduce_mean(tf.exp(log_z)), tf.reduce_mean(log_z)
    assert float(mean) == pytest.approx(shape, rel=2e-3)
    assert float(mean_log) == pytest.approx(special.digamma(shape), rel=2e-3, abs=1e-3)
    assert float(tape.gradient(mean, a)) == pytest.approx(1, abs=6e-3)
    assert float(tape.gradient(mean_log, a)) == pytest.approx(special.polygamma(1, shape), rel=6e-3)
