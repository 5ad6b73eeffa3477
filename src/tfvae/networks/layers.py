"""What the layers of all networks share: the numbers they compute in, and their initial weights."""

import keras
import numpy as np

from tfvae import randomness
from tfvae.errors import Refused

_POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def policy(precision: str) -> str:
    """Return the Keras policy of layers that compute in `precision`; variables and losses stay in float32 in any case.

    The precision is a plain parameter, so that a result never depends on what a machine happens to offer.

    Raises:
        ValueError: if `precision` is neither "float32" nor "bfloat16".
    """
    if precision not in _POLICIES:
        raise Refused(f"Unknown precision. Received: {precision!r}; known are {', '.join(_POLICIES)}")
    return _POLICIES[precision]


def initialize(model: keras.Model, seed: int, purpose: str) -> None:
    """Set every kernel of `model` to Glorot-uniform values, drawn from the seed alone, and everything else to zero.

    Glorot & Bengio (2010), eq. 16. The draws are keyed by (seed, purpose, position of the weight), so they depend
    neither on what was built before nor on a global generator.

    Args:
        model: a built model of dense and convolutional layers.
        seed: any integer.
        purpose: a name that separates this model's draws from others of the same seed.
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
