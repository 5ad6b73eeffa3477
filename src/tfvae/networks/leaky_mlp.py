"""Dense encoder and decoder with leaky ReLUs: unlike in `tfvae.networks.mlp`, every hidden unit has a gradient."""

from collections.abc import Sequence
from math import prod

from tfvae.arguments import as_counts
from tfvae.backend import keras, layers
from tfvae.networks.layers import leaky_relu, policy


def encoder(image_shape: Sequence[int], description: Sequence[int], num_parameters: int, precision: str) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to posterior parameters (B, num_parameters).

    The description holds the units of the hidden layers, each followed by a leaky ReLU of slope 0.3. They compute in
    the precision "float32" or "bfloat16", the linear head in float32.
    """
    head = layers.Dense(num_parameters, dtype="float32")
    stack = [layers.Input(tuple(image_shape)), layers.Flatten(), *_hidden(description, precision), head]
    return keras.Sequential(stack, name="encoder")


def decoder(image_shape: Sequence[int], description: Sequence[int], latent_dim: int, precision: str) -> keras.Model:
    """Return a network from latents (B, latent_dim) to logits (B, H, W, C), hidden layers as in `encoder`."""
    head = [layers.Dense(prod(image_shape), dtype="float32"), layers.Reshape(tuple(image_shape))]
    return keras.Sequential([layers.Input((latent_dim,)), *_hidden(description, precision), *head], name="decoder")


def _hidden(description: Sequence[int], precision: str) -> list[keras.layers.Layer]:
    options = {"activation": leaky_relu, "dtype": policy(precision)}
    return [layers.Dense(units, **options) for units in as_counts(description, "the hidden layers")]
