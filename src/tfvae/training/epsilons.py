"""Strategies for the noise of a step: how often it is drawn anew, and whether the images of a batch share it.

Each strategy is a function (step, fit, key) -> (seed, shared): the seed of the draw, two int32, and whether one row
serves the whole batch. `fit` counts the calls that continue a training. All but `all_random` are ablations: with
constant noise the model is a deterministic auto-encoder, and its KL term is not a rate.
"""

from collections.abc import Callable

import tensorflow as tf

Epsilons = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, bool]]
_FIXED = (111, 111)


def all_random(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """Fresh noise for every image of every step: the estimator of the ELBO."""
    del fit
    return tf.stack([key, step]), False


def one_each_time(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """One row per step, shared by its images."""
    del fit
    return tf.stack([key, step]), True


def same_epsilon(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """One row per fit, shared by all images of all its steps."""
    del step
    return tf.stack([key, fit]), True


def same_epsilon_set(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """One row per position in the batch, drawn once per fit."""
    del step
    return tf.stack([key, fit]), False


def frozen(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """One row per training: `same_epsilon` where a compiled function captures the first draw."""
    del step
    return tf.stack([key, tf.zeros_like(fit)]), True


def always_same(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """One row for ever, whatever the seed."""
    del step, fit, key
    return tf.constant(_FIXED, tf.int32), True


def always_same_set(step: tf.Tensor, fit: tf.Tensor, key: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """One row per position in the batch for ever, whatever the seed."""
    del step, fit, key
    return tf.constant(_FIXED, tf.int32), False


EPSILONS: dict[str, Epsilons] = {
    "all_random": all_random,
    "one_each_time": one_each_time,
    "same_epsilon": same_epsilon,
    "same_epsilon_set": same_epsilon_set,
    "frozen": frozen,
    "always_same": always_same,
    "always_same_set": always_same_set,
}
