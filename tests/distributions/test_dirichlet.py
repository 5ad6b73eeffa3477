"""The Dirichlet family against closed forms and SciPy's density."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfvae.distributions import build_posterior
from tfvae.distributions.dirichlet import Dirichlet
from tfvae.errors import Refused

KEY = (3, 5)


def parameters_of(family, alpha):
    """Return the encoder's output that has the concentrations alpha, by bisection of what the family makes of it."""
    low, high = np.full(len(alpha), -30.0), np.full(len(alpha), 1000.0)
    for _ in range(80):
        middle = (low + high) / 2
        above = family.concentrations(tf.constant(middle[None], tf.float32)).numpy()[0] > alpha
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return tf.constant(low[None], tf.float32)


@pytest.mark.parametrize(
    ("alpha", "prior", "expected"),
    [([2, 3, 4], 1.0, 0.6194062), ([1, 1, 1], 1.0, 0.0), ([0.5, 0.5], 1.0, np.log(4 / np.pi))],
)
def test_divergence(alpha, prior, expected):
    """The last is that of the arcsine law to the uniform one, log(4 / pi), which is minus its entropy."""
    family = Dirichlet(len(alpha), prior)
    assert float(family.kl_to_prior(parameters_of(family, np.array(alpha)))[0]) == pytest.approx(expected, abs=2e-5)


def test_divergence_of_two_parts_is_that_of_beta_densities():
    family = Dirichlet(2, 0.7)
    q, p = stats.beta(2.5, 0.8), stats.beta(0.7, 0.7)
    expected = q.expect(lambda v: q.logpdf(v) - p.logpdf(v))
    found = family.kl_to_prior(parameters_of(family, np.array([2.5, 0.8])))[0]
    assert float(found) == pytest.approx(expected, abs=1e-4)


def test_an_output_of_zero_is_the_prior():
    family = Dirichlet(4, 0.3)
    zero = tf.zeros((1, 4))
    np.testing.assert_allclose(family.concentrations(zero), 0.3, rtol=1e-5)
    assert float(family.kl_to_prior(zero)[0]) == pytest.approx(0, abs=1e-5)


def test_draws_have_the_family_s_moments():
    family, alpha = Dirichlet(3, 1.0), np.array([0.4, 1.5, 6.0])
    count = 40_000
    parameters = tf.repeat(parameters_of(family, alpha), count, axis=0)
    noise = family.noise(count, KEY)
    draws = family.sample(parameters, noise).numpy()
    expected = stats.dirichlet(alpha)
    np.testing.assert_allclose(draws.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(draws.mean(axis=0), expected.mean(), atol=4e-3)
    np.testing.assert_allclose(np.cov(draws.T), expected.cov(), atol=2e-3)
    np.testing.assert_allclose(family.mean(parameters[:1])[0], expected.mean(), rtol=1e-4)
    ratio = family.log_density_ratio(parameters, noise).numpy()
    assert ratio.mean() == pytest.approx(-float(family.kl_to_prior(parameters[:1])[0]), abs=0.03)
    some = draws[:50].astype(np.float64) / draws[:50].astype(np.float64).sum(axis=1, keepdims=True)
    direct = [stats.dirichlet.logpdf(z, np.ones(3)) - expected.logpdf(z) for z in some]
    np.testing.assert_allclose(ratio[:50], direct, atol=2e-3)


@pytest.mark.parametrize("concentration", [0.05, 1.0, 20.0])
def test_the_prior_has_equal_parts_on_average(concentration):
    family = Dirichlet(5, concentration)
    draws = family.sample_prior(family.noise(20_000, KEY)).numpy()
    np.testing.assert_allclose(draws.mean(axis=0), 0.2, atol=0.01)
    np.testing.assert_allclose(draws.var(axis=0), stats.dirichlet(np.full(5, concentration)).var(), atol=3e-3)


def test_extreme_outputs_have_finite_values_and_gradients():
    family = Dirichlet(4, 0.5)
    parameters = tf.constant([[-200.0, -20, 0, 1e6], [3e4, -3e4, 5, 0]])
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        noise = family.noise(2, KEY)
        value = tf.reduce_sum(family.sample(parameters, noise)[:, 0]) + tf.reduce_sum(family.kl_to_prior(parameters))
        value += tf.reduce_sum(family.log_density_ratio(parameters, noise))
    assert np.isfinite(float(value)) and np.isfinite(tape.gradient(value, parameters)).all()


@pytest.mark.parametrize(
    "arguments", [{"latent_dim": 1, "concentration": 1.0}, {"latent_dim": 3, "concentration": 0.01}, {"latent_dim": 3}]
)
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises(Refused):
        build_posterior("dirichlet", **arguments)
