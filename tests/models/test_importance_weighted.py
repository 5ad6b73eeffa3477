"""The importance-weighted bounds on a linear-Gaussian model, whose likelihood is known."""

import numpy as np
import pytest
import tensorflow as tf

from tests.models.linear_gaussian import IMAGES, elbo, log_likelihood, parts
from tests.tiny_models import configuration
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.importance_weighted import ImportanceWeightedVAE

OPTIONS = {"samples": 6, "groups": 2, "elbo_weight": 0.0, "split_gradients": False}


def bound(repeats=400, **options):
    """Return the mean bound of each image over many draws."""
    model = ImportanceWeightedVAE(*parts(), **(OPTIONS | options))
    images = tf.repeat(tf.constant(IMAGES), repeats, axis=0)
    [values] = model.loss_terms(images, model.noise(len(images), (1, 2)))
    return -values.numpy().reshape(len(IMAGES), repeats).mean(axis=1)


def test_one_sample_is_the_elbo():
    np.testing.assert_allclose(bound(20_000, samples=1, groups=1), elbo(), atol=0.05)


def test_bounds_grow_with_the_samples_and_tend_to_the_likelihood_as_one_by_their_number():
    exact = log_likelihood()
    gaps = {k: exact - bound(4000, samples=k, groups=1) for k in (1, 4, 16, 64)}
    for fewer, more in ((1, 4), (4, 16), (16, 64)):
        assert (gaps[fewer] > gaps[more]).all()
    # Of order 1 / k (Domke & Sheldon, 2018): four times the samples, a fourth of the gap.
    assert gaps[4].mean() / gaps[16].mean() == pytest.approx(4, rel=0.25)
    assert 0 <= gaps[64].mean() < 0.02


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"samples": 6, "groups": 6}, lambda: bound(4000, samples=1, groups=1)),
        ({"samples": 6, "groups": 2}, lambda: bound(4000, samples=3, groups=1)),
        (
            {"samples": 6, "groups": 1, "elbo_weight": 0.25},
            lambda: 0.25 * bound(4000, samples=1, groups=1) + 0.75 * bound(4000, samples=6, groups=1),
        ),
        ({"samples": 6, "groups": 3, "split_gradients": True}, lambda: bound(4000, samples=6, groups=1)),
    ],
    ids=["MIWAE of one each", "MIWAE", "CIWAE", "PIWAE has the value of IWAE"],
)
def test_switches(options, expected):
    np.testing.assert_allclose(bound(4000, **options), expected(), atol=0.08)


def gradients(**options):
    model = ImportanceWeightedVAE(*parts(), **(OPTIONS | options))
    images, noise = tf.constant(IMAGES), model.noise(len(IMAGES), (3, 4))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model.loss_terms(images, noise)[0])
    found = tape.gradient(loss, model.trainable_variables)
    count = len(model.encoder.trainable_variables)
    return found[:count], found[count:]


def test_split_gradients_are_those_of_the_two_bounds():
    encoder, decoder = gradients(groups=3, split_gradients=True)
    for found, expected in zip(encoder, gradients(groups=3)[0], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    for found, expected in zip(decoder, gradients(groups=1)[1], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert not np.allclose(encoder[0], gradients(groups=1)[0][0], rtol=1e-3)


@pytest.mark.parametrize("options", [{}, {"groups": 1, "elbo_weight": 0.5}])
def test_the_gradient_is_that_of_differences(options):
    model = ImportanceWeightedVAE(*parts(), **(OPTIONS | options))
    images, noise = tf.constant(IMAGES), model.noise(len(IMAGES), (3, 4))
    kernel, step = model.encoder.trainable_variables[0], 1e-2

    def loss():
        return float(tf.reduce_mean(model.loss_terms(images, noise)[0]))

    [expected] = gradients(**options)[0][:1]
    for place in ((0, 0), (2, 3)):
        before = kernel.numpy()
        moved = []
        for sign in (1, -1):
            kernel.assign(before + sign * step * _one(before, place))
            moved.append(loss())
        kernel.assign(before)
        assert (moved[0] - moved[1]) / (2 * step) == pytest.approx(float(expected[place]), rel=0.02, abs=5e-3)


def _one(array, place):
    return np.where(np.arange(array.size).reshape(array.shape) == np.ravel_multi_index(place, array.shape), 1.0, 0.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": 4}, {"samples": 0}, {"groups": 7}, {"elbo_weight": 1.5}, {"split_gradients": 1.0},
        {"posterior": {"name": "point", "latent_dim": 2}},
    ],
)  # fmt: skip
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="importance_weighted", **(OPTIONS | changes)))
