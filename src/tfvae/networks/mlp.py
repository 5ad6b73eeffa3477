"""Dense encoder and decoder."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from tfvae.arguments import as_counts
from tfvae.backend import keras, layers
from tfvae.networks.layers import policy

# With fewer weights than this, converting them and their gradients takes longer than the product in bfloat16 saves.
_WORTH_CONVERTING = 2**16


def encoder(image_shape: Sequence[int], description: Sequence[int], num_parameters: int, precision: str) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to posterior parameters (B, num_parameters).

    The description holds the units of the hidden layers, each followed by a ReLU. Those of at least 65,536 weights
    compute in the precision "float32" or "bfloat16"; the others, like the linear head, in float32 in any case.
    """
    hidden = _hidden([prod(image_shape), *as_counts(description, "encoder")], precision)
    head = layers.Dense(num_parameters, dtype="float32")
    return keras.Sequential([layers.Input(tuple(image_shape)), layers.Flatten(), *hidden, head], name="encoder")


def decoder(image_shape: Sequence[int], description: Sequence[int], latent_dim: int, precision: str) -> keras.Model:
    """Return a network from latents (B, latent_dim) to logits (B, H, W, C) in float32.

    Its layers compute as in `encoder`, and so does its head, the most expensive layer.
    """
    widths = [latent_dim, *as_counts(description, "decoder")]
    head = layers.Dense(prod(image_shape), dtype=_dtype(widths[-1], prod(image_shape), precision))
    shape = layers.Reshape(tuple(image_shape), dtype="float32")
    return keras.Sequential([layers.Input((latent_dim,)), *_hidden(widths, precision), head, shape], name="decoder")


def _hidden(widths: Sequence[int], precision: str) -> list[keras.layers.Layer]:
    return [
        layers.Dense(units, activation="relu", dtype=_dtype(inputs, units, precision))
        for inputs, units in pairwise(widths)
    ]


def _dtype(inputs: int, units: int, precision: str) -> str:
    wanted = policy(precision)
    return wanted if inputs * units >= _WORTH_CONVERTING else "float32"
