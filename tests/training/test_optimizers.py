"""Optimisers against Keras's, over steps, shapes and rates that change."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfvae.training.optimizers import OPTIMIZERS

SHAPES = [(), (3,), (4, 5), (3, 3, 2, 6)]
RATES = [1e-3, 5e-2, 1e-2, 1e-4, 0.0, 1e-3]
REFERENCES = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop, "adagrad": keras.optimizers.Adagrad}
NAMES = pytest.mark.parametrize("name", OPTIMIZERS)


def gradients(step):
    generator = np.random.default_rng(step)
    return [tf.constant(generator.normal(scale=10.0**-step, size=shape), tf.float32) for shape in SHAPES]


@NAMES
@pytest.mark.parametrize("compiled", [False, True])
def test_it_takes_the_steps_of_keras(name, compiled):
    """Keras adds Adagrad's epsilon of 1e-7 under the root, where sums of at least 0.1 stand: no matter."""
    ours = [tf.Variable(tf.ones(shape)) for shape in SHAPES]
    theirs = [keras.Variable(np.ones(shape, np.float32)) for shape in SHAPES]
    optimizer, reference = OPTIMIZERS[name](ours), REFERENCES[name](1.0)
    reference.build(theirs)
    apply = tf.function(optimizer.apply) if compiled else optimizer.apply
    for step, rate in enumerate(RATES):
        apply(gradients(step), tf.constant(step), tf.constant(rate))
        reference.learning_rate = rate
        reference.apply(gradients(step), theirs)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-5, atol=1e-6)


@NAMES
def test_its_state_is_all_that_it_remembers(name):
    """A new optimiser that takes over the state and the step goes on to the byte."""
    whole = [tf.Variable(tf.ones(shape)) for shape in SHAPES]
    optimizer = OPTIMIZERS[name](whole)
    for step in range(3):
        optimizer.apply(gradients(step), tf.constant(step), 1e-2)
    copies = [tf.Variable(variable) for variable in whole]
    resumed = OPTIMIZERS[name](copies)
    for mine, kept in zip(resumed.state, optimizer.state, strict=True):
        mine.assign(kept)
    optimizer.apply(gradients(3), tf.constant(3), 1e-2)
    resumed.apply(gradients(3), tf.constant(3), 1e-2)
    assert [one.numpy().tobytes() for one in copies] == [one.numpy().tobytes() for one in whole]


@NAMES
def test_every_variable_needs_a_gradient(name):
    with pytest.raises(ValueError, match="shorter"):
        OPTIMIZERS[name]([tf.Variable(1.0), tf.Variable(2.0)]).apply([tf.constant(1.0)], tf.constant(0), 1e-3)
