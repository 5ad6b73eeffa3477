"""Dense encoder and decoder."""

from collections.abc import Sequence
from math import prod

import keras
from keras import layers

from tfvae.networks.layers import policy


def encoder(image_shape: Sequence[int], description: Sequence[int], num_parameters: int, precision: str) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to posterior parameters (B, num_parameters).

    Args:
        image_shape: (H, W, C).
        description: units of the hidden layers, each followed by a ReLU.
        num_parameters: width of the linear head.
        precision: "float32" or "bfloat16", for the hidden layers.
    """
    hidden = [layers.Dense(units, activation="relu", dtype=policy(precision)) for units in description]
    head = layers.Dense(num_parameters, dtype="float32")
    return keras.Sequential([keras.Input(tuple(image_shape)), layers.Flatten(), *hidden, head], name="encoder")


def decoder(image_shape: Sequence[int], description: Sequence[int], latent_dim: int, precision: str) -> keras.Model:
    """Return a network from latents (B, latent_dim) to logits (B, H, W, C), hidden layers as in `encoder`."""
    hidden = [layers.Dense(units, activation="relu", dtype=policy(precision)) for units in description]
    head = [layers.Dense(prod(image_shape), dtype="float32"), layers.Reshape(tuple(image_shape))]
    return keras.Sequential([keras.Input((latent_dim,)), *hidden, *head], name="decoder")
