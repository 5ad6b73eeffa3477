"""Adam against Keras's, over steps, shapes and rates that change."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfvae.training.optimizers import Adam

SHAPES = [(), (3,), (4, 5), (3, 3, 2, 6)]
RATES = [1e-3, 5e-2, 1e-2, 1e-4, 0.0, 1e-3]


def gradients(step):
    generator = np.random.default_rng(step)
    return [tf.constant(generator.normal(scale=10.0**-step, size=shape), tf.float32) for shape in SHAPES]


@pytest.mark.parametrize("compiled", [False, True])
def test_it_takes_the_steps_of_keras(compiled):
    ours = [tf.Variable(tf.ones(shape)) for shape in SHAPES]
    theirs = [keras.Variable(np.ones(shape, np.float32)) for shape in SHAPES]
    adam, reference = Adam(ours), keras.optimizers.Adam(1.0)
    reference.build(theirs)
    apply = tf.function(adam.apply) if compiled else adam.apply
    for step, rate in enumerate(RATES):
        apply(gradients(step), tf.constant(step), tf.constant(rate))
        reference.learning_rate = rate
        reference.apply(gradients(step), theirs)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-5, atol=1e-6)


def test_its_state_is_the_moments_and_the_step():
    """A new optimiser that takes over moments and step goes on to the byte."""
    whole = [tf.Variable(tf.ones(shape)) for shape in SHAPES]
    adam = Adam(whole)
    for step in range(3):
        adam.apply(gradients(step), tf.constant(step), 1e-2)
    copies = [tf.Variable(variable) for variable in whole]
    resumed = Adam(copies)
    for mine, kept in zip(resumed.state, adam.state, strict=True):
        mine.assign(kept)
    adam.apply(gradients(3), tf.constant(3), 1e-2)
    resumed.apply(gradients(3), tf.constant(3), 1e-2)
    assert [one.numpy().tobytes() for one in copies] == [one.numpy().tobytes() for one in whole]


def test_every_variable_needs_a_gradient():
    with pytest.raises(ValueError, match="shorter"):
        Adam([tf.Variable(1.0), tf.Variable(2.0)]).apply([tf.constant(1.0)], tf.constant(0), 1e-3)
