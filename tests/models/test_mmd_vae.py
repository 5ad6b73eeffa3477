"""The discrepancy of samples against a closed form and a double sum, and what of it a model's loss has."""

import numpy as np
import pytest
import tensorflow as tf

from tests.models.encodings import gaussians, identities
from tests.tiny_models import configuration
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.mmd_vae import MMDVAE, squared_mmd

OPTIONS = {"kernel": "rbf", "kl_weight": 0.5}


def gaussian_mmd(mean, variance, dim):
    """Return MMD^2 of N(mean 1, variance I) and N(0, I) under exp(-|x - y|^2 / (2 D)), in closed form."""

    def expected(total_variance, distance):
        return (dim / (dim + total_variance)) ** (dim / 2) * np.exp(-dim * distance**2 / (2 * (dim + total_variance)))

    return expected(2 * variance, 0) + expected(2, 0) - 2 * expected(variance + 1, mean)


@pytest.mark.parametrize(("mean", "variance", "dim"), [(0.0, 1.0, 2), (1.0, 1.0, 2), (0.0, 0.25, 3), (0.5, 2.0, 5)])
def test_two_gaussians(mean, variance, dim):
    rng = np.random.default_rng(0)
    one, other = mean + np.sqrt(variance) * rng.normal(size=(4000, dim)), rng.normal(size=(4000, dim))
    found = float(squared_mmd(tf.constant(one, tf.float32), tf.constant(other, tf.float32), "rbf"))
    assert found == pytest.approx(gaussian_mmd(mean, variance, dim), abs=0.004)


@pytest.mark.parametrize("kernel", ["rbf", "imq"])
def test_the_double_sum(kernel):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 3)), rng.normal(1, 2, size=(5, 3))

    def k(one, other):
        square = ((one - other) ** 2).sum()
        return np.exp(-square / 6) if kernel == "rbf" else 6 / (6 + square)

    expected = np.mean([k(a, b) for i, a in enumerate(x) for j, b in enumerate(x) if i != j])
    expected += np.mean([k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    expected -= 2 * np.mean([k(a, b) for a in x for b in y])
    found = squared_mmd(tf.constant(x, tf.float32), tf.constant(y, tf.float32), kernel)
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_the_estimate_has_no_bias():
    rng = np.random.default_rng(2)
    draws = [squared_mmd(*tf.constant(rng.normal(size=(2, 10, 2)), tf.float32), "imq") for _ in range(1500)]
    assert abs(np.mean(draws)) < 4 * np.std(draws) / np.sqrt(len(draws))


def test_terms_of_a_batch():
    model = MMDVAE(*identities(2), **OPTIONS)
    parameters = gaussians(np.full((300, 2), 3.0), 0.1)
    noise = model.noise(300, (1, 2))
    assert noise.shape == (300, 4)
    np.testing.assert_allclose(np.cov(noise.numpy().T), np.eye(4), atol=0.25)  # the prior's draws are others
    _, rate, discrepancy = model.loss_terms(parameters, noise)
    np.testing.assert_allclose(rate, 0.5 * 2 * 0.5 * (9 + 0.01 - 1 - np.log(0.01)), rtol=1e-4)
    assert float(discrepancy[0]) == pytest.approx(gaussian_mmd(3.0, 0.01, 2), abs=0.1)


@pytest.mark.parametrize("changes", [{"kernel": "linear"}, {"kl_weight": -0.1}, {"kl_weight": "1"}])
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="mmd_vae", **(OPTIONS | changes)))
