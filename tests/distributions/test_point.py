"""The point that stands in for a posterior: no noise, no rate, and a loss that is the distortion alone."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.tiny_models import configuration, digit_images
from tfvae.distributions import Point, build_posterior
from tfvae.models import build_vae
from tfvae.training import Schedule, Trainer

POINT = {"name": "point", "latent_dim": 3}
IMAGES = digit_images(16)
PARAMETERS = tf.constant(np.random.default_rng(0).normal(size=(5, 3)), tf.float32)


def test_is_built_by_name():
    assert build_posterior(**POINT) == Point(3)
    assert Point(3).num_parameters == 3


def test_the_sample_is_the_encoder_s_output():
    point = Point(3)
    noise = point.noise(5, (1, 2))
    assert np.abs(noise).min() > 0
    np.testing.assert_array_equal(point.sample(PARAMETERS, noise), PARAMETERS)
    np.testing.assert_array_equal(point.mean(PARAMETERS), PARAMETERS)
    np.testing.assert_array_equal(point.kl_to_prior(PARAMETERS), np.zeros(5))


@settings(max_examples=50)
@given(arrays(np.float32, st.tuples(st.integers(1, 5), st.just(3)), elements=st.floats(width=32)))
def test_whatever_the_output_it_is_the_latent_and_free(outputs):
    point = Point(3)
    for latents in (point.sample(outputs, point.noise(len(outputs), (1, 2))), point.mean(outputs)):
        np.testing.assert_array_equal(latents, outputs)
    np.testing.assert_array_equal(point.kl_to_prior(outputs), np.zeros(len(outputs)))


def test_stand_ins_for_prior_draws_are_standard_normal():
    point = Point(2)
    draws = point.sample_prior(point.noise(4000, (1, 2))).numpy()
    assert draws.shape == (4000, 2)
    assert scipy.stats.kstest(draws.ravel(), "norm").pvalue > 1e-3


def test_needs_a_dimension():
    with pytest.raises(ValueError, match="latent_dim must be at least 1"):
        Point(0)


@pytest.mark.parametrize("network", ["mlp", "leaky_cnn"])
def test_reconstructions_do_not_depend_on_the_noise(network):
    model = build_vae(configuration(network, posterior=POINT), 1)
    images = IMAGES.astype(np.float32) / 255
    one, other = (model(images, model.posterior.noise(len(images), key)) for key in ((1, 2), (3, 4)))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one, model(images))


def test_training_knows_neither_beta_nor_noise():
    """Whatever they are, the weights after training are the same, and the loss is the distortion and falls."""
    results = []
    for beta, epsilons in ((1.0, "all_random"), (7.0, "all_random"), (1.0, "always_same")):
        model = build_vae(configuration(posterior=POINT, likelihood="bernoulli"), 1)
        schedule = Schedule(beta, batch_size=8, learning_rate=1e-2, batches="cyclic", epsilons=epsilons)
        trainer = Trainer(model, IMAGES, schedule, seed=0)
        first, last = trainer.run(5), trainer.run(50)
        assert last["loss"] == last["distortion"] < 0.9 * first["loss"]
        assert last["kl"] == 0
        results.append(model.get_weights())
    for other in results[1:]:
        assert all(np.array_equal(one, two) for one, two in zip(results[0], other, strict=True))
