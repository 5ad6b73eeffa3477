"""The models of the stage latent-analysis, and how each is trained.

Their layers are those of "Análisis del espacio latente en el auto-encoder variacional" (2022): an auto-encoder and a
VAE with one hidden layer of 300 units in each half, and a convolutional VAE. They are made for images of 28x28 pixels.
A fourth is a VAE of statically binarised images, with one hidden layer of 400 units and 40 latents. Its log-likelihood
has been published by others: pythae's reproduction of Rezende & Mohamed (2015, https://arxiv.org/abs/1505.05770).
"""

from collections.abc import Sequence
from typing import Any

from pipeline.experiment.configuration import vae

BINARY = "binary_vae"


def _layers(*rows: tuple[int, int, int, str]) -> list[dict[str, Any]]:
    return [dict(zip(("filters", "kernel", "stride", "padding"), row, strict=True)) for row in rows]


DENSE = {"network": "leaky_mlp", "encoder": [300], "decoder": [300]}
CONVOLUTIONAL = {
    "network": "leaky_cnn",
    "encoder": _layers(
        (32, 5, 1, "same"), (32, 5, 2, "same"), (64, 5, 1, "same"), (64, 5, 2, "same"), (128, 7, 1, "valid")
    ),
    "decoder": {
        "layers": _layers(
            (64, 7, 1, "valid"),
            (64, 5, 1, "same"),
            (64, 5, 2, "same"),
            (32, 5, 1, "same"),
            (32, 5, 2, "same"),
            (32, 5, 1, "same"),
        ),
        "kernel": 5,
    },
}
LAYERS: dict[str, dict[str, Any]] = {
    "auto_encoder": DENSE,
    "vae": DENSE,
    "conv_vae": CONVOLUTIONAL,
    BINARY: {"network": "mlp", "encoder": [400], "decoder": [400]},
}
# The budget of the dataset that each is trained with.
BUDGETS = {"auto_encoder": "dense", "vae": "dense", "conv_vae": "convolutional", BINARY: "binary"}
_BINARY_LATENTS = 40


def configuration(model: str, image_shape: Sequence[int], latent_dim: int, precision: str) -> dict[str, Any]:
    """Return the configuration of one of `LAYERS` for `tfvae.models.registry.build_model`.

    Args:
        model: its name.
        image_shape: (H, W, C).
        latent_dim: of the models that are compared.
        precision: "float32" or "bfloat16".
    """
    posterior = {
        "name": "point" if model == "auto_encoder" else "diagonal_gaussian",
        "latent_dim": _BINARY_LATENTS if model == BINARY else latent_dim,
    }
    return vae(image_shape, **LAYERS[model], posterior=posterior, likelihood="bernoulli", precision=precision)
