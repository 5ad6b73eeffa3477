"""Convolutional encoder and decoder with leaky ReLUs; each layer chooses its padding.

A layer is plain data: {"filters": 32, "kernel": 5, "stride": 2, "padding": "same"}, or "valid". The encoder ends when
its layers do; the decoder starts from one pixel with the latents as channels, so no dense layer stands between.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tfvae.arguments import as_count, named
from tfvae.backend import keras, layers
from tfvae.errors import Refused
from tfvae.networks.layers import leaky_relu, policy, upward
from tfvae.networks.shapes import as_layers, encoder_features, is_same


def encoder(
    image_shape: Sequence[int], description: Sequence[Mapping[str, Any]], num_parameters: int, precision: str
) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to posterior parameters (B, num_parameters).

    Convolutions as above, each followed by a leaky ReLU of slope 0.3, compute in the precision "float32" or "bfloat16";
    a linear head in float32 sees all features of the last one.

    Raises:
        Refused: if a padding is unknown, or a valid window is larger than what reaches it.
    """
    description = as_layers(description, padded=True)
    encoder_features(image_shape, description)
    options = {"activation": leaky_relu, "dtype": policy(precision)}
    hidden = [
        layers.Conv2D(
            layer["filters"], layer["kernel"], layer["stride"], padding=layer.get("padding", "valid"), **options
        )
        for layer in description
    ]
    head = [layers.Flatten(), layers.Dense(num_parameters, dtype="float32")]
    return keras.Sequential([layers.Input(tuple(image_shape)), *hidden, *head], name="encoder")


def decoder(image_shape: Sequence[int], description: Mapping[str, Any], latent_dim: int, precision: str) -> keras.Model:
    """Return a network from latents (B, latent_dim) to logits (B, H, W, C).

    Args:
        image_shape: (H, W, C).
        description: {"layers": transposed convolutions as above, each followed by a leaky ReLU of slope 0.3,
            "kernel": of the plain convolution that ends in the image's channels}. From a length n, a layer makes
            n * stride with same padding, and n * stride + max(kernel - stride, 0) with valid padding.
        latent_dim: the channels of the one pixel that the layers start from.
        precision: "float32" or "bfloat16", for the hidden layers.

    Raises:
        Refused: if a padding is unknown, or the layers do not end with the size of the image.
    """
    named(description, "A decoder", ("layers", "kernel"))
    between, kernel = as_layers(description["layers"], padded=True), as_count(description["kernel"], "kernel")
    size = 1
    for layer in between:
        surplus = 0 if is_same(layer) else max(layer["kernel"] - layer["stride"], 0)
        size = size * layer["stride"] + surplus
    if (size, size) != tuple(image_shape[:2]):
        raise Refused(
            f"The decoder leads from one pixel to {size}x{size}, but images are {image_shape[0]}x{image_shape[1]}: "
            "change its strides, or the kernels of its layers with valid padding"
        )
    dtype = policy(precision)
    hidden = [
        upward(layer["filters"], layer["kernel"], layer["stride"], dtype, leaky_relu, layer.get("padding", "valid"))
        for layer in between
    ]
    head = layers.Conv2D(image_shape[-1], kernel, padding="same", dtype="float32")
    start = [layers.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim))]
    return keras.Sequential([*start, *hidden, head], name="decoder")
