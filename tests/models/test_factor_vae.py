"""The discriminator of the FactorVAE: what it learns, from what, and that nothing else trains it."""

import numpy as np
import pytest
import tensorflow as tf

from tests.models.encodings import identities
from tests.tiny_models import configuration, digit_images
from tfvae.distributions import Point
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.factor_vae import FactorVAE, _discriminator, shuffled
from tfvae.networks import initialize
from tfvae.training import Schedule, Trainer

OPTIONS = {"discriminator": [8], "discriminator_rate": 1e-3}


def test_it_tends_to_the_total_correlation_of_a_gaussian():
    """Of correlation rho it is -log(1 - rho^2) / 2."""
    rho, discriminator = 0.8, _discriminator([64, 64], 2)
    initialize(discriminator, 0, "discriminator")
    model = FactorVAE(*identities(2, Point(2)), discriminator=discriminator, discriminator_rate=3e-3)
    rng = np.random.default_rng(0)

    def latents(count):
        return tf.constant(rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], count), tf.float32)

    step = tf.function(lambda z, noise: model.training_terms(z, noise)[2])
    for number in range(800):
        step(latents(500), model.noise(500, (number, 1)))
    found = float(tf.reduce_mean(model.loss_terms(latents(20_000), model.noise(20_000, (1, 2)))[2]))
    assert found == pytest.approx(-0.5 * np.log(1 - rho**2), abs=0.06)


def test_each_dimension_is_shuffled_by_itself():
    latents = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
    order = np.random.default_rng(1).uniform(size=(10, 3)).astype(np.float32)
    expected = np.stack([latents[np.argsort(order[:, d]), d] for d in range(3)], axis=1)
    np.testing.assert_array_equal(shuffled(tf.constant(latents), tf.constant(order)), expected)


def test_the_noise_orders_each_dimension_differently():
    model = build_model(configuration(model="factor_vae", **OPTIONS))
    noise = model.noise(50, (1, 2)).numpy()
    assert noise.shape == (50, 6)
    assert np.abs(np.corrcoef(noise.T) - np.eye(6)).max() < 0.6 and noise[:, 3:].min() >= 0


def test_it_takes_the_steps_of_keras_s_adam():
    discriminator, other = _discriminator([5], 2), _discriminator([5], 2)
    for network in (discriminator, other):
        initialize(network, 0, "discriminator")
    model = FactorVAE(*identities(2, Point(2)), discriminator=discriminator, discriminator_rate=1e-2)
    adam = tf.keras.optimizers.Adam(1e-2, beta_1=0.5, beta_2=0.9, epsilon=1e-8)
    for step in range(5):
        latents = tf.constant(np.random.default_rng(step).normal(size=(30, 2)) @ [[1, 1], [0, 1]], tf.float32)
        noise = model.noise(30, (step, 1))
        with tf.GradientTape() as tape:
            logits = other(tf.concat([latents, shuffled(latents, noise[:, -2:])], axis=0))
            labels = tf.repeat([[1.0], [0.0]], 30, axis=0)
            loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(labels, logits, from_logits=True))
        adam.apply_gradients(
            zip(tape.gradient(loss, other.trainable_variables), other.trainable_variables, strict=True)
        )
        model.training_terms(latents, noise)
    for found, expected in zip(discriminator.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model.powers, [0.5**5, 0.9**5], rtol=1e-6)


@pytest.mark.parametrize("xla", [False, True])
def test_the_loss_does_not_train_it_and_a_stopped_training_goes_on_to_the_same_bytes(xla):
    described, images = configuration(model="factor_vae", **OPTIONS), digit_images(40)

    def trainer():
        return Trainer(build_model(described), images, Schedule(3.0, batch_size=8, learning_rate=1e-2, xla=xla), 0)

    whole, first, second = trainer(), trainer(), trainer()
    assert not {id(w) for w in whole.model.discriminator.weights} & {id(w) for w in whole.model.trainable_variables}
    before = whole.model.discriminator.get_weights()
    whole.run(2)
    whole.run(2)
    first.run(2)
    second.restore(first.state())
    second.run(2)
    for one, other in zip(whole.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    moved = [np.abs(a - b).max() for a, b in zip(before, whole.model.discriminator.get_weights(), strict=True)]
    assert 1e-4 < max(moved) < 5e-3  # four steps of Adam at its own rate


@pytest.mark.parametrize(
    "changes", [{"discriminator": [0]}, {"discriminator": 8}, {"discriminator_rate": 0}, {"discriminator_rate": 2}]
)
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="factor_vae", **(OPTIONS | changes)))
