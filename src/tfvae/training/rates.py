"""Learning rates as functions of the step, computed inside the compiled loop."""

import math

from tfvae.backend import tf


def linear_cooldown(step: tf.Tensor, rate: float, first: int, last: int) -> tf.Tensor:
    """Return `rate`, falling linearly to 0 between the steps `first` and `last`.

    The fall averages out the noise of the last steps, which otherwise takes many more steps (Hägele et al., 2024,
    https://arxiv.org/abs/2405.18392).
    """
    left = (last - tf.cast(step, tf.float32)) / (last - first)
    return rate * tf.clip_by_value(left, 0.0, 1.0)


def half_cosine(step: tf.Tensor, rate: float, steps: int) -> tf.Tensor:
    """Return `rate`, falling to 0 over all steps along half a cosine (Loshchilov & Hutter, 2017, arXiv:1608.03983)."""
    share = tf.minimum(tf.cast(step, tf.float32) / steps, 1.0)
    return rate * 0.5 * (1.0 + tf.cos(math.pi * share))
