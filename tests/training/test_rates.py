"""Learning rates over the steps, against their definitions."""

import keras
import numpy as np
import tensorflow as tf

from tfvae.training.rates import half_cosine, linear_cooldown


def test_a_cooldown_is_constant_then_falls_to_zero():
    rates = [float(linear_cooldown(tf.constant(step), 0.5, 4, 8)) for step in range(10)]
    np.testing.assert_allclose(rates, [0.5, 0.5, 0.5, 0.5, 0.5, 0.375, 0.25, 0.125, 0, 0], rtol=1e-6)


def test_half_a_cosine_is_that_of_keras():
    schedule = keras.optimizers.schedules.CosineDecay(0.5, 20)
    for step in range(25):
        np.testing.assert_allclose(half_cosine(tf.constant(step), 0.5, 20), schedule(step), rtol=1e-5, atol=1e-7)
