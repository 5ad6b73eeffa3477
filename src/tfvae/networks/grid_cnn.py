"""Convolutional encoder and decoder between images and a grid of latent vectors, as vector quantisation needs them.

A layer is plain data: {"filters": 64, "kernel": 4, "stride": 2}. All padding is "same", so a stride divides height and
width in the encoder, rounding up, and multiplies them in the decoder.
"""

from collections.abc import Mapping, Sequence

from tfvae.backend import keras, layers
from tfvae.networks.layers import policy, upward
from tfvae.networks.shapes import as_layers, check_strides


def grid_shape(image_shape: Sequence[int], description: Sequence[Mapping[str, int]]) -> tuple[int, int]:
    """Return height and width of an encoder's grid, from images (H, W, C)."""
    height, width = image_shape[:2]
    for layer in as_layers(description):
        height, width = -(-height // layer["stride"]), -(-width // layer["stride"])
    return height, width


def encoder(
    image_shape: Sequence[int], description: Sequence[Mapping[str, int]], latent_dim: int, precision: str
) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to latent vectors (B, h, w, latent_dim).

    The convolutions, as above, are each followed by a ReLU and compute in the precision "float32" or "bfloat16"; a
    linear 1x1 convolution in float32 ends in the latents.
    """
    options = {"padding": "same", "activation": "relu", "dtype": policy(precision)}
    hidden = [
        layers.Conv2D(layer["filters"], layer["kernel"], layer["stride"], **options) for layer in as_layers(description)
    ]
    head = layers.Conv2D(latent_dim, 1, dtype="float32")
    return keras.Sequential([layers.Input(tuple(image_shape)), *hidden, head], name="encoder")


def decoder(
    image_shape: Sequence[int], description: Sequence[Mapping[str, int]], latent_shape: Sequence[int], precision: str
) -> keras.Model:
    """Return a network from latent vectors (B, h, w, D) to logits (B, H, W, C).

    The layers, as above, are a convolution where the stride is 1, else a transposed one. Each is followed by a ReLU and
    computes in the precision "float32" or "bfloat16", except the last, which computes in float32 and ends in the
    image's channels instead of "filters".

    Raises:
        Refused: if the layers do not end with the size of the image.
    """
    ends = [{**layer, "filters": image_shape[-1]} for layer in description[-1:]]  # the last one, if there is one
    between = as_layers([*description[:-1], *ends])
    check_strides(latent_shape, between, image_shape, "its strides or the encoder's")
    *inner, last = between
    hidden = [upward(layer["filters"], layer["kernel"], layer["stride"], policy(precision)) for layer in inner]
    head = upward(last["filters"], last["kernel"], last["stride"], "float32", activation=None)
    return keras.Sequential([layers.Input(tuple(latent_shape)), *hidden, head], name="decoder")
