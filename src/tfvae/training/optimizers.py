"""Optimisers, each as one fused operation per variable.

Keras writes an update as a dozen operations per variable, which on a CPU cost a small dense network a sixth of its
step; here it is TensorFlow's fused kernel, with the constants of `keras.optimizers`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from tfvae.backend import tf

_EPSILON = 1e-7


class Optimizer(ABC):
    """Changes variables by their gradients.

    Attributes:
        slots: a subclass's memory of each variable: the kernel's names for it, with the values that it starts from.
        state: variables that, with the step, are the whole memory: those of the first slot, then those of the next.
    """

    slots: ClassVar[Mapping[str, float]]

    def __init__(self, variables: Sequence[tf.Variable]) -> None:
        self.variables = list(variables)
        self.state = [
            tf.Variable(tf.fill(variable.shape, start), trainable=False)
            for start in self.slots.values()
            for variable in self.variables
        ]

    @abstractmethod
    def kernel(self, step: tf.Tensor) -> Callable[..., Any]:
        """Return the operation that changes one variable, `step` steps after the first one."""

    def apply(self, gradients: Sequence[tf.Tensor], step: tf.Tensor, rate: tf.Tensor | float) -> None:
        """Change the variables by a gradient each, after `step` (int32 scalar) steps, at the learning rate > 0."""
        kernel, count = self.kernel(step), len(self.variables)
        memory = zip(*(self.state[start : start + count] for start in range(0, len(self.state), count)), strict=True)
        for variable, slots, gradient in zip(self.variables, memory, gradients, strict=True):
            handles = {name: slot.handle for name, slot in zip(self.slots, slots, strict=True)}
            kernel(var=variable.handle, **handles, lr=tf.cast(rate, tf.float32), grad=gradient)


class Adam(Optimizer):
    """Adam (Kingma & Ba, 2015, https://arxiv.org/abs/1412.6980, in the form at the end of their section 2)."""

    slots: ClassVar[Mapping[str, float]] = {"m": 0.0, "v": 0.0}  # first and second moments

    def kernel(self, step: tf.Tensor) -> Callable[..., Any]:
        """See `Optimizer`."""
        count = tf.cast(step + 1, tf.float32)
        powers = {"beta1_power": tf.pow(0.9, count), "beta2_power": tf.pow(0.999, count)}
        return partial(tf.raw_ops.ResourceApplyAdam, beta1=0.9, beta2=0.999, epsilon=_EPSILON, **powers)


class RMSprop(Optimizer):
    """RMSprop (Tieleman & Hinton, 2012, lecture 6.5 of "Neural networks for machine learning"), without momentum."""

    slots: ClassVar[Mapping[str, float]] = {"ms": 0.0, "mom": 0.0}  # mean squares, and the last change

    def kernel(self, step: tf.Tensor) -> Callable[..., Any]:
        """See `Optimizer`."""
        return partial(tf.raw_ops.ResourceApplyRMSProp, rho=0.9, momentum=0.0, epsilon=_EPSILON)


class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan & Singer, 2011, https://jmlr.org/papers/v12/duchi11a.html), its sums starting at 0.1."""

    slots: ClassVar[Mapping[str, float]] = {"accum": 0.1}  # sums of squared gradients

    def kernel(self, step: tf.Tensor) -> Callable[..., Any]:
        """See `Optimizer`."""
        return partial(tf.raw_ops.ResourceApplyAdagradV2, epsilon=_EPSILON)


OPTIMIZERS: dict[str, type[Optimizer]] = {"adam": Adam, "rmsprop": RMSprop, "adagrad": Adagrad}
