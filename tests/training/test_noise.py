"""Which images and which noise reach the model, recorded inside the compiled loop."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import digit_images
from tfvae.distributions import DiagonalGaussian
from tfvae.models import Model
from tfvae.training import EPSILONS, Schedule, Trainer

BATCH, STEPS = 4, 3
SHARED = {"one_each_time", "same_epsilon", "frozen", "always_same"}
PER_FIT = {"same_epsilon", "same_epsilon_set"}
PER_TRAINING = {"frozen"}
CONSTANT = {"always_same", "always_same_set"}


class Recorder(Model):
    """A model of one weight that keeps what it is given."""

    def __init__(self):
        super().__init__()
        self.weight = self.add_weight(shape=(), initializer="zeros")
        self.images, self.draws = [], []

    def noise(self, rows, seed):
        return DiagonalGaussian(2).noise(rows, seed)

    def loss_terms(self, images, noise):
        tf.py_function(lambda x, n: (self.images.append(x.numpy()), self.draws.append(n.numpy())), [images, noise], [])
        return tf.fill((BATCH,), 0.0) + self.weight.value, tf.zeros(BATCH)


def record(epsilons, seed=0):
    """Return images and noise, (2 fits, 3 steps, 4 images, ...)."""
    model = Recorder()
    trainer = Trainer(model, digit_images(10), Schedule(1.0, BATCH, 1e-3, "cyclic", epsilons), seed)
    trainer.run(STEPS)
    trainer.run(STEPS)
    images, noise = np.stack(model.images), np.stack(model.draws)
    return images.reshape(2, STEPS, BATCH, 8, 8, 1), noise.reshape(2, STEPS, BATCH, 2)


def equal(one, other):
    """Return whether all numbers agree, and make sure that otherwise none does."""
    agree = np.isclose(one, other)
    assert agree.all() or not agree.any()
    return bool(agree.all())


@pytest.mark.parametrize("epsilons", EPSILONS)
def test_noise_is_shared_and_redrawn_as_the_strategy_says(epsilons):
    _, noise = record(epsilons)
    assert equal(noise[0, 0, 0], noise[0, 0, 1]) == (epsilons in SHARED)
    assert equal(noise[0, 0], noise[0, 1]) == (epsilons in PER_FIT | PER_TRAINING | CONSTANT)
    assert equal(noise[0, 0], noise[1, 0]) == (epsilons in PER_TRAINING | CONSTANT)
    assert equal(noise, record(epsilons)[1])
    assert equal(noise, record(epsilons, seed=1)[1]) == (epsilons in CONSTANT)


def test_images_are_scaled_to_the_unit_interval_and_follow_the_strategy_across_fits():
    images, _ = record("all_random")
    expected = digit_images(10)[np.arange(2 * STEPS * BATCH) % 10] / 255
    np.testing.assert_allclose(images.reshape(-1, 8, 8, 1), expected, rtol=1e-6)
