"""Optimisers, each as one fused operation per variable.

Keras writes an update as a dozen operations per variable, which on a CPU cost a small dense network a sixth of its
step; here it is TensorFlow's fused kernel, with the constants of `keras.optimizers`.
"""

from collections.abc import Sequence
from typing import Protocol

import tensorflow as tf

_EPSILON = 1e-7


class Optimizer(Protocol):
    """Changes variables by their gradients.

    Attributes:
        state: variables that, with the step, are its whole memory.
    """

    state: list[tf.Variable]

    def apply(self, gradients: Sequence[tf.Tensor], step: tf.Tensor, rate: tf.Tensor | float) -> None:
        """Change the variables by one step.

        Args:
            gradients: one per variable.
            step: int32 scalar, the number of steps before this one.
            rate: the learning rate, above 0.
        """


class Adam:
    """Adam (Kingma & Ba, 2015, https://arxiv.org/abs/1412.6980, in the form at the end of their section 2).

    Args:
        variables: to train.

    Attributes:
        state: the first moments of all variables, then the second ones.
    """

    def __init__(self, variables: Sequence[tf.Variable]) -> None:
        self.variables = list(variables)
        self.state = [*_like(self.variables, 0.0), *_like(self.variables, 0.0)]

    def apply(self, gradients: Sequence[tf.Tensor], step: tf.Tensor, rate: tf.Tensor | float) -> None:
        """Change the variables by one step; see `Optimizer`."""
        count = tf.cast(step + 1, tf.float32)
        powers = tf.pow(0.9, count), tf.pow(0.999, count)
        first, second = self.state[: len(self.variables)], self.state[len(self.variables) :]
        for variable, m, v, gradient in zip(self.variables, first, second, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=m.handle,
                v=v.handle,
                beta1_power=powers[0],
                beta2_power=powers[1],
                lr=tf.cast(rate, tf.float32),
                beta1=0.9,
                beta2=0.999,
                epsilon=_EPSILON,
                grad=gradient,
            )


class RMSprop:
    """RMSprop (Tieleman & Hinton, 2012, lecture 6.5 of "Neural networks for machine learning"), without momentum.

    Args:
        variables: to train.

    Attributes:
        state: the mean squares of all variables, then the momenta, which equal the last change.
    """

    def __init__(self, variables: Sequence[tf.Variable]) -> None:
        self.variables = list(variables)
        self.state = [*_like(self.variables, 0.0), *_like(self.variables, 0.0)]

    def apply(self, gradients: Sequence[tf.Tensor], step: tf.Tensor, rate: tf.Tensor | float) -> None:
        """Change the variables by one step; see `Optimizer`."""
        del step  # the same at every step
        squares, momenta = self.state[: len(self.variables)], self.state[len(self.variables) :]
        for variable, square, momentum, gradient in zip(self.variables, squares, momenta, gradients, strict=True):
            tf.raw_ops.ResourceApplyRMSProp(
                var=variable.handle,
                ms=square.handle,
                mom=momentum.handle,
                lr=tf.cast(rate, tf.float32),
                rho=0.9,
                momentum=0.0,
                epsilon=_EPSILON,
                grad=gradient,
            )


class Adagrad:
    """Adagrad (Duchi, Hazan & Singer, 2011, https://jmlr.org/papers/v12/duchi11a.html), its sums starting at 0.1.

    Args:
        variables: to train.

    Attributes:
        state: the sums of squared gradients of all variables.
    """

    def __init__(self, variables: Sequence[tf.Variable]) -> None:
        self.variables = list(variables)
        self.state = _like(self.variables, 0.1)

    def apply(self, gradients: Sequence[tf.Tensor], step: tf.Tensor, rate: tf.Tensor | float) -> None:
        """Change the variables by one step; see `Optimizer`."""
        del step  # the sums hold its effect
        for variable, total, gradient in zip(self.variables, self.state, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdagradV2(
                var=variable.handle,
                accum=total.handle,
                lr=tf.cast(rate, tf.float32),
                epsilon=_EPSILON,
                grad=gradient,
            )


OPTIMIZERS: dict[str, type[Adam] | type[RMSprop] | type[Adagrad]] = {
    "adam": Adam,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
}


def _like(variables: Sequence[tf.Variable], value: float) -> list[tf.Variable]:
    return [tf.Variable(tf.fill(variable.shape, value), trainable=False) for variable in variables]
