"""Convolutional encoder and decoder; layers are described as in `tfvae.networks.shapes`."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from tfvae.arguments import as_shape, named
from tfvae.backend import keras, layers
from tfvae.networks.layers import policy, upward
from tfvae.networks.shapes import as_layers, check_decoder, encoder_features


def encoder(
    image_shape: Sequence[int], description: Sequence[Mapping[str, int]], num_parameters: int, precision: str
) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to posterior parameters (B, num_parameters).

    The hidden layers are convolutions (each followed by a ReLU) and average poolings, with valid padding. They compute
    in the precision "float32" or "bfloat16", the linear head in float32.

    Raises:
        Refused: if a window is larger than what reaches it.
    """
    description = as_layers(description, pools=True)
    encoder_features(image_shape, description)
    hidden = [
        layers.Conv2D(layer["filters"], layer["kernel"], layer["stride"], activation="relu", dtype=policy(precision))
        if "filters" in layer
        else layers.AveragePooling2D(layer["pool"], layer["stride"], dtype=policy(precision))
        for layer in description
    ]
    head = [layers.Flatten(), layers.Dense(num_parameters, dtype="float32")]
    return keras.Sequential([layers.Input(tuple(image_shape)), *hidden, *head], name="encoder")


def decoder(image_shape: Sequence[int], description: Mapping[str, Any], latent_dim: int, precision: str) -> keras.Model:
    """Return a network from latents (B, latent_dim) to logits (B, H, W, C).

    A dense layer with a ReLU fills `description["reshape"]`, transposed convolutions follow, and a plain 3x3
    convolution ends in the image's channels.

    Raises:
        Refused: if the layers do not end with the size of the image.
    """
    named(description, "A decoder", ("reshape", "layers"))
    start, dtype, between = as_shape(description["reshape"]), policy(precision), as_layers(description["layers"])
    check_decoder(image_shape, {"reshape": start, "layers": between})
    dense = [layers.Dense(prod(start), activation="relu", dtype=dtype), layers.Reshape(start)]
    hidden = [upward(layer["filters"], layer["kernel"], layer["stride"], dtype) for layer in between]
    head = layers.Conv2D(image_shape[-1], 3, padding="same", dtype="float32")
    return keras.Sequential([layers.Input((latent_dim,)), *dense, *hidden, head], name="decoder")
