"""Precision, activations and initial weights, common to the layers of all networks."""

from collections.abc import Callable

import numpy as np

from tfvae import randomness
from tfvae.arguments import one_of
from tfvae.backend import keras, layers, tf

_POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}
Activation = str | Callable[[tf.Tensor], tf.Tensor] | None


def policy(precision: str) -> str:
    """Return the Keras policy of layers that compute in `precision`; variables and losses stay in float32.

    The precision is a plain parameter: the library never chooses it by the machine it runs on.

    Raises:
        Refused: if `precision` is neither "float32" nor "bfloat16".
    """
    return _POLICIES[one_of(precision, _POLICIES, "precision")]


def leaky_relu(x: tf.Tensor) -> tf.Tensor:
    """Return x where it is positive, and 0.3 x elsewhere (Maas et al., 2013; the slope of Keras's own layer)."""
    return keras.activations.leaky_relu(x, negative_slope=0.3)


def upward(
    filters: int, kernel: int, stride: int, dtype: str, activation: Activation = "relu", padding: str = "same"
) -> keras.layers.Layer:
    """Return a transposed convolution, or the convolution that does the same at twice the speed on a CPU.

    With stride 1, same padding and an odd kernel, flipping the kernel and swapping its channels makes it a convolution:
    the same functions and, with Glorot's symmetric limits, the same initial law. With an even kernel, which is padded
    on the other side, the two differ by a shift of one pixel.
    """
    if stride == 1 and padding == "same":
        return layers.Conv2D(filters, kernel, padding="same", activation=activation, dtype=dtype)
    return layers.Conv2DTranspose(filters, kernel, stride, padding=padding, activation=activation, dtype=dtype)


def initialize(model: keras.Model, seed: int, purpose: str) -> None:
    """Set every kernel of `model` to Glorot-uniform values, drawn from the seed alone, and everything else to zero.

    Glorot & Bengio (2010), eq. 16. The draws are keyed by (seed, purpose, position of the weight), so they depend
    neither on what was built before nor on a global generator.
    """
    weights = []
    for position, variable in enumerate(model.weights):
        shape = variable.shape
        if len(shape) < 2:
            weights.append(np.zeros(shape, "float32"))
            continue
        fan_sum = int(np.prod(shape[:-2])) * (shape[-1] + shape[-2])
        limit = np.sqrt(6.0 / fan_sum)
        generator = randomness.generator(seed, purpose, position)
        weights.append(generator.uniform(-limit, limit, shape).astype("float32"))
    model.set_weights(weights)
