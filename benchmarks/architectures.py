"""The two architectures of the thesis, as plain data, and what a training step of them costs.

Only the standard library is used here: the peer's environment imports this module too.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import prod
from typing import Any

IMAGE_SHAPE = (28, 28, 1)
LATENT_DIM = 5
BATCH_SIZE = 64
LEARNING_RATE = 1e-3

MLP_UNITS = [175, 150, 125, 100, 75, 50, 25]
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "mlp": {"encoder": MLP_UNITS, "decoder": MLP_UNITS[::-1]},
    "cnn": {
        "encoder": [
            {"filters": 16, "kernel": 3, "stride": 1},
            {"filters": 32, "kernel": 3, "stride": 2},
            {"filters": 63, "kernel": 3, "stride": 2},
        ],
        "decoder": {
            "reshape": [28, 28, 32],
            "layers": [{"filters": filters, "kernel": 3, "stride": 1} for filters in (60, 48, 32, 16)],
        },
    },
}
# Forward, gradient by the weights, gradient by the inputs: each costs about the same.
PASSES = 3


def configuration(network: str, precision: str, latent_dim: int = LATENT_DIM) -> dict[str, Any]:
    """Return what `tfvae.models.build_vae` needs for a thesis architecture."""
    return {
        "image_shape": IMAGE_SHAPE,
        "network": network,
        **ARCHITECTURES[network],
        "posterior": {"name": "diagonal_gaussian", "latent_dim": latent_dim},
        "likelihood": "squared_error",
        "precision": precision,
    }


def training_flops(network: str, latent_dim: int = LATENT_DIM) -> int:
    """Return the floating-point operations of training on one image, 3 times those of the forward pass.

    A multiplication and an addition count as two. Only dense and convolutional layers are counted, each window of a
    convolution in full, also where it reaches over the edge.
    """
    layers = {"mlp": _dense_layers, "cnn": _convolutional_layers}[network]
    return PASSES * 2 * sum(layers(ARCHITECTURES[network], latent_dim))


def _dense_layers(description: Mapping[str, Any], latent_dim: int) -> Iterator[int]:
    """Yield the multiplications of each layer."""
    encoder = [prod(IMAGE_SHAPE), *description["encoder"], 2 * latent_dim]
    decoder = [latent_dim, *description["decoder"], prod(IMAGE_SHAPE)]
    for widths in (encoder, decoder):
        yield from (before * after for before, after in pairwise(widths))


def _convolutional_layers(description: Mapping[str, Any], latent_dim: int) -> Iterator[int]:
    """Yield the multiplications of each layer."""
    height, width, channels = IMAGE_SHAPE
    for layer in description["encoder"]:
        height, width = ((size - layer["kernel"]) // layer["stride"] + 1 for size in (height, width))
        yield height * width * layer["kernel"] ** 2 * channels * layer["filters"]
        channels = layer["filters"]
    yield height * width * channels * 2 * latent_dim
    height, width, channels = start = tuple(description["decoder"]["reshape"])
    yield latent_dim * prod(start)
    for layer in description["decoder"]["layers"]:  # stride 1: the size stays
        yield height * width * layer["kernel"] ** 2 * channels * layer["filters"]
        channels = layer["filters"]
    yield height * width * 9 * channels * IMAGE_SHAPE[-1]
