"""The autoregressive flow: a density, its inverse, its order, and what it learns."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tfvae.errors import Refused
from tfvae.priors.flow import AutoregressiveFlow, fit_flow, masks


def random_flow(dim, seed=0):
    flow, rng = AutoregressiveFlow(dim, seed), np.random.default_rng(seed)
    flow.set_weights([weight + rng.normal(0, 0.15, weight.shape) for weight in flow.get_weights()])
    return flow


def test_the_density_has_the_whole_mass():
    axis = np.linspace(-12, 12, 481)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2).astype(np.float32)
    density = np.exp(np.asarray(random_flow(2).log_density(grid), np.float64)).reshape(481, 481)
    assert np.trapezoid(np.trapezoid(density, axis), axis) == pytest.approx(1, abs=2e-3)


def test_noise_and_points_are_each_other_s_inverse_with_the_density_of_the_change():
    flow = random_flow(4)
    noise = tf.random.stateless_normal((6, 4), (1, 2))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(noise)
        points = flow.transform(noise)
    jacobian = tape.batch_jacobian(points, noise, experimental_use_pfor=False).numpy().astype(np.float64)
    log_volume = np.linalg.slogdet(jacobian)[1]
    expected = stats.norm.logpdf(noise).sum(axis=1) - log_volume
    np.testing.assert_allclose(flow.log_density(points), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_an_output_sees_the_inputs_before_it_and_all_of_them(dim):
    through = np.linalg.multi_dot(masks(dim, (64, 64)))
    before = np.triu(np.ones((dim, dim)), 1)
    np.testing.assert_array_equal(through > 0, np.concatenate([before, before], axis=1) > 0)


def test_it_learns_a_density_that_no_gaussian_has():
    """A ring of radius 3: within 0.2 nats of its entropy, of which the best Gaussian lacks 1.2."""
    rng = np.random.default_rng(0)
    angle, radius = rng.uniform(0, 2 * np.pi, 12_000), 3 + 0.3 * rng.normal(size=12_000)
    ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    train, test = ring[:6000], ring[6000:]
    sampler = fit_flow(train, steps=4000, seed=0)
    length = np.linalg.norm(test, axis=1)
    exact = (stats.norm(3, 0.3).logpdf(length) - np.log(2 * np.pi * length)).mean()
    gaussian = stats.multivariate_normal(train.mean(axis=0), np.cov(train.T)).logpdf(test).mean()
    assert exact - 0.2 < sampler.log_density(test).mean() < exact + 0.02
    assert gaussian < exact - 1.2
    samples = np.linalg.norm(sampler.sample(2000, np.random.default_rng(1)), axis=1)
    assert samples.mean() == pytest.approx(3, abs=0.1) and samples.std() < 0.6


def test_a_fit_is_a_function_of_its_seed_and_keeps_what_does_not_vary():
    latents = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    latents[:, 1] = 7.5
    one, other = (fit_flow(latents, steps=20, seed=4) for _ in range(2))
    samples = [sampler.sample(30, np.random.default_rng(1)) for sampler in (one, other)]
    np.testing.assert_array_equal(*samples)
    assert samples[0].dtype == np.float32 and samples[0].shape == (30, 3)
    assert np.abs(samples[0][:, 1] - 7.5).max() < 4 and one.sample(0, np.random.default_rng(1)).shape == (0, 3)


@pytest.mark.parametrize(
    ("latents", "steps"), [(np.zeros((19, 2)), 20), (np.zeros((30, 2)), 5), (np.full((30, 2), np.nan), 20)]
)
def test_wrong_arguments_are_refused(latents, steps):
    with pytest.raises(Refused):
        fit_flow(latents, steps, 0)
