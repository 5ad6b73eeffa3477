"""Initial weights drawn from the seed alone."""

import keras
import numpy as np

from tfvae import randomness


def initialize(model: keras.Model, seed: int, purpose: str) -> None:
    """Set every kernel of `model` to Glorot-uniform values and everything else to zero.

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
