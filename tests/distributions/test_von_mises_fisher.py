"""The von Mises-Fisher family against Bessel functions, and against the integrals of its density."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import special
from scipy.integrate import cumulative_simpson

from tfvae.distributions.von_mises_fisher import VonMisesFisher, angle_quantile, sphere_kl

KAPPAS = np.array([0.01, 0.1, 1, 3, 10, 50, 300, 1000, 10_000])
DIMS = [2, 3, 5, 10, 20]


def mean_cosine(kappa, dim):
    """Return A(kappa) = I_{d/2} / I_{d/2 - 1}."""
    return special.ive(dim / 2, kappa) / special.ive(dim / 2 - 1, kappa)


def divergence(kappa, dim):
    """Return kappa A + log C(kappa) + log of the sphere's surface (Davidson et al., 2018, eq. 14)."""
    order = dim / 2 - 1
    log_bessel = np.log(special.ive(order, kappa)) + kappa
    log_c = order * np.log(kappa) - dim / 2 * np.log(2 * np.pi) - log_bessel
    return kappa * mean_cosine(kappa, dim) + log_c + np.log(2) + dim / 2 * np.log(np.pi) - special.gammaln(dim / 2)


def quantiles(kappa, dim, shares):
    """Return angles by a fine grid in float64."""
    angles = np.linspace(0, np.pi, 2_000_001)
    heights = np.exp(-kappa * 2 * np.sin(angles / 2) ** 2) * np.sin(angles) ** (dim - 2)
    reached = cumulative_simpson(heights, x=angles, initial=0)
    return np.interp(shares, reached / reached[-1], angles)


@pytest.mark.parametrize("dim", DIMS)
def test_divergence_is_that_of_bessel_functions(dim):
    kappas = KAPPAS[KAPPAS > 0.05]  # below, the reference takes the logarithm of what underflows
    found = sphere_kl(tf.constant(kappas, tf.float32), dim)
    np.testing.assert_allclose(found, divergence(kappas, dim), rtol=2e-5, atol=2e-6)


def test_divergence_on_the_ordinary_sphere_has_a_closed_form():
    kappa = np.array([0.5, 2.0, 30.0])
    expected = kappa / np.tanh(kappa) - 1 + np.log(kappa / np.sinh(kappa))
    np.testing.assert_allclose(sphere_kl(tf.constant(kappa, tf.float32), 3), expected, rtol=1e-5)


@pytest.mark.parametrize("dim", [2, 3, 40])
def test_divergence_is_zero_without_concentration_and_its_gradient_is_finite_everywhere(dim):
    kappa = tf.constant([1e-4, *KAPPAS], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(kappa)
        values = sphere_kl(kappa, dim)
    gradient = tape.gradient(values, kappa).numpy()
    assert abs(float(values[0])) < 1e-5 and np.isfinite(values).all() and np.isfinite(gradient).all()
    assert (np.diff(values) > 0).all() and (gradient[2:] > 0).all()


@pytest.mark.parametrize("dim", DIMS)
def test_gradients_of_the_divergence_and_of_the_mean_cosine(dim):
    """By A' = 1 - A^2 - (d - 1) A / kappa: kappa A' and, of cosines at the midpoints of 4,000 shares, A'."""
    for kappa in (0.5, 3.0, 20.0, 200.0):
        cosine = mean_cosine(kappa, dim)
        slope = 1 - cosine**2 - (dim - 1) * cosine / kappa
        shares = tf.constant((np.arange(4000) + 0.5) / 4000, tf.float32)
        variable = tf.constant(kappa)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(variable)
            divergences = sphere_kl(variable[None], dim)
            mean = tf.reduce_mean(tf.cos(angle_quantile(tf.fill((4000,), variable), shares, dim)))
        assert float(mean) == pytest.approx(cosine, rel=2e-4)
        assert float(tape.gradient(divergences, variable)) == pytest.approx(kappa * slope, rel=1e-4)
        assert float(tape.gradient(mean, variable)) == pytest.approx(slope, rel=5e-3)


@pytest.mark.parametrize("dim", [2, 3, 8])
@pytest.mark.parametrize("kappa", [1.0, 40.0, 3000.0])
@pytest.mark.parametrize("compiled", [False, True])
def test_angles_and_their_derivatives(dim, kappa, compiled):
    shares, step = np.linspace(0.002, 0.998, 60), 1e-3
    expected = (quantiles(kappa * (1 + step), dim, shares) - quantiles(kappa * (1 - step), dim, shares)) / (
        2 * step * kappa
    )

    @tf.function(jit_compile=compiled)
    def derivative(kappas, uniform):
        with tf.GradientTape() as tape:
            tape.watch(kappas)
            angles = angle_quantile(kappas, uniform, dim)
        return angles, tape.gradient(angles, kappas)

    angles, slopes = derivative(tf.fill(60, tf.constant(kappa)), tf.constant(shares, tf.float32))
    known = quantiles(kappa, dim, shares)
    np.testing.assert_allclose(angles, known, atol=2e-4 * known.mean())
    np.testing.assert_allclose(slopes, expected, atol=2e-3 * np.abs(expected).max())


@pytest.mark.parametrize("dim", [2, 3, 10])
def test_draws_lie_on_the_sphere_around_their_direction(dim):
    family, count = VonMisesFisher(dim), 20_000
    direction = np.arange(1, dim + 1) / np.linalg.norm(np.arange(1, dim + 1))
    kappa = 5.0
    parameters = tf.constant(np.tile([*(7 * direction), np.log(np.expm1(kappa - 1))], (count, 1)), tf.float32)
    noise = family.noise(count, (1, 2))
    draws = family.sample(parameters, noise).numpy()
    np.testing.assert_allclose(np.linalg.norm(draws, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(draws.mean(axis=0), mean_cosine(kappa, dim) * direction, atol=0.012)
    np.testing.assert_allclose(family.mean(parameters[:1])[0], direction, atol=1e-5)
    ratio = family.log_density_ratio(parameters, noise).numpy()
    assert ratio.mean() == pytest.approx(-divergence(kappa, dim), abs=0.04)
    log_c = -divergence(kappa, dim) + kappa * mean_cosine(kappa, dim)
    np.testing.assert_allclose(ratio[:50], log_c - kappa * draws[:50] @ direction, atol=1e-3)
    uniform = family.sample_prior(noise).numpy()
    np.testing.assert_allclose(uniform.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose(uniform.T @ uniform / count, np.eye(dim) / dim, atol=0.02)


@pytest.mark.parametrize("length", [0.0, 1e-7])
def test_what_is_no_direction_gets_one_and_passes_no_gradient(length):
    """A black image is 0 through every layer of a new encoder: its latent has to lie on the sphere all the same."""
    family = VonMisesFisher(4)
    direction = length * np.array([[0.0, 1, 0, 0]])
    parameters = tf.constant(np.hstack([direction, [[0.5]]]).repeat(20, axis=0), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        draws = family.sample(parameters, family.noise(20, (1, 2)))
        value = tf.reduce_sum(draws[:, 1])
    np.testing.assert_allclose(np.linalg.norm(draws, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(family.mean(parameters)[0], [1, 0, 0, 0])
    gradient = tape.gradient(value, parameters).numpy()
    assert (gradient[:, :4] == 0).all() and (gradient[:, 4] != 0).all()


def test_extreme_outputs_have_finite_values_and_gradients():
    family = VonMisesFisher(3)
    parameters = tf.constant([[0.0, 0, 0, 1e6], [1e-12, 0, 0, -1e6], [1e6, -1e6, 1, 9e3]])
    noise = family.noise(3, (1, 2))
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        value = tf.reduce_sum(family.sample(parameters, noise)) + tf.reduce_sum(family.kl_to_prior(parameters))
        value += tf.reduce_sum(family.log_density_ratio(parameters, noise))
    assert np.isfinite(float(value)) and np.isfinite(tape.gradient(value, parameters)).all()
