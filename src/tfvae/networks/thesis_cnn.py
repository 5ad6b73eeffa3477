"""The thesis's convolutional network, with a dense end of its decoder that the text does not mention.

After the transposed convolutions its code adds one more with a ReLU, down to the image's channels, and on top of these
pixels a dense layer with as many units as the image has numbers: 615,440 weights for 28 x 28 pixels. The network that
the text describes is `tfvae.networks.cnn`. Use this one to reproduce the thesis's figures.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from tfvae.backend import keras, layers
from tfvae.networks import cnn

encoder = cnn.encoder


def decoder(image_shape: Sequence[int], description: Mapping[str, Any], latent_dim: int, precision: str) -> keras.Model:
    """Return a network from latents (B, latent_dim) to logits (B, H, W, C), described as for `tfvae.networks.cnn`.

    The transposed convolution to C channels is not part of the description.

    Raises:
        Refused: if the layers do not end with the size of the image.
    """
    last = {"filters": image_shape[-1], "kernel": 3, "stride": 1}
    plain = cnn.decoder(image_shape, {**description, "layers": [*description["layers"], last]}, latent_dim, precision)
    head = [layers.Flatten(), layers.Dense(prod(image_shape), dtype="float32"), layers.Reshape(tuple(image_shape))]
    return keras.Sequential([layers.Input((latent_dim,)), *plain.layers[:-1], *head], name="decoder")
