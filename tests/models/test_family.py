"""Models with other objectives and priors: gradients against differences, and the loop that XLA compiles."""

import numpy as np
import pytest
import tensorflow as tf

from tests.test_conformance import FAMILY, IMAGES, PIXELS, SEED, of_family
from tests.tiny_models import STICKS, configuration, with_any_weights
from tfvae.backend import keras
from tfvae.models import build_model
from tfvae.training import Schedule, Trainer

linear = keras.activations.linear
CASES = [(name, number) for name in FAMILY for number in range(len(FAMILY[name]))]


def splits_gradients(name, number):
    """Whether the gradient is meant to be that of no function; its own test compares it with those of two."""
    return FAMILY[name][number].get("split_gradients", False)


def smooth(model):
    """Return the model with networks that have a derivative everywhere, so that differences tell it."""
    for network in (model.encoder, model.decoder, getattr(model, "discriminator", None)):
        for layer in [] if network is None else network.layers:
            if getattr(layer, "activation", linear) is not linear:
                layer.activation = tf.tanh
    return model


@pytest.mark.parametrize(("name", "number"), [case for case in CASES if not splits_gradients(*case)])
def test_the_gradient_is_that_of_differences(name, number):
    """Of every weight array, along a random direction, for a sum in which each term has a weight of its own."""
    model, rng = smooth(with_any_weights(of_family(name, number))), np.random.default_rng(0)
    noise, images = model.noise(len(PIXELS), SEED), tf.constant(PIXELS)

    @tf.function
    def loss():
        return tf.add_n([(1.0 + i) * tf.reduce_mean(term) for i, term in enumerate(model.loss_terms(images, noise))])

    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, model.trainable_variables)
    largest = max(np.linalg.norm(gradient) for gradient in gradients)
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        before, direction = variable.numpy(), rng.normal(size=variable.shape)
        step = 1e-2 / np.linalg.norm(direction)
        moved = []
        for sign in (1, -1):
            variable.assign(before + sign * step * direction)
            moved.append(float(loss()))
        variable.assign(before)
        expected = (moved[0] - moved[1]) / (2 * step)
        scale = np.linalg.norm(direction) * largest
        assert np.sum(gradient * direction) == pytest.approx(expected, rel=0.02, abs=2e-4 * scale), variable.path


# What XLA is most likely to compute otherwise; those that count steps have a test of their own with it.
COMPILED = [
    ("importance_weighted", 1), ("regularized_autoencoder", 1), ("tcvae", 0), ("vamp_vae", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "number"), COMPILED)
def test_the_loop_compiled_by_xla_trains_alike(name, number):
    """With noise that is given, as XLA draws other numbers."""

    def trained(xla):
        model = with_any_weights(of_family(name, number))
        noise = model.noise(8, SEED)
        model.noise = lambda rows, seed: noise
        # Adagrad's first step follows the gradient, not its sign alone, which rounding turns where it is nearly 0.
        schedule = Schedule(2.0, batch_size=8, learning_rate=1e-2, batches="cyclic", optimizer="adagrad", xla=xla)
        return model.get_weights(), Trainer(model, IMAGES, schedule, 0).run(3), model.get_weights()

    (before, terms, weights), (_, expected_terms, expected) = trained(True), trained(False)
    assert terms == pytest.approx(expected_terms, rel=1e-3, abs=1e-3)
    for one, other, initial in zip(weights, expected, before, strict=True):
        assert not np.array_equal(one, initial)
        np.testing.assert_allclose(one, other, atol=2e-4)


def test_a_beta_weighs_the_rate_of_sticks():
    """By Adagrad, whose sums start at 0.1: the first step adds the squares of the gradient."""
    model = build_model(configuration(posterior=STICKS, likelihood="bernoulli"))
    images, noise = tf.constant(IMAGES[:8] / np.float32(255)), model.noise(8, SEED)
    with tf.GradientTape(persistent=True) as tape:
        distortion, rate = (tf.reduce_mean(term) for term in model.loss_terms(images, noise))
    parts = [tape.gradient(term, model.encoder.trainable_variables) for term in (distortion, rate)]
    model.noise = lambda rows, seed: noise
    trainer = Trainer(model, IMAGES[:8], Schedule(3.0, 8, 1e-2, batches="cyclic", optimizer="adagrad"), 0)
    trainer.run(1)
    sums = trainer.optimizer.state[: len(parts[0])]
    for found, of_distortion, of_rate in zip(sums, *parts, strict=True):
        np.testing.assert_allclose(found - 0.1, np.square(of_distortion + 3.0 * of_rate), rtol=1e-3, atol=1e-6)
        assert np.any(of_rate)
