"""Small models and real images that the tests of several subpackages share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

IMAGE_SHAPE = (8, 8, 1)
GAUSSIAN = {"name": "diagonal_gaussian", "latent_dim": 3}
STICKS = {"name": "stick_breaking", "latent_dim": 4, "concentration": 2.0}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "mlp": {"encoder": [12, 7], "decoder": [7, 12]},
    "cnn": {
        "encoder": [{"filters": 3, "kernel": 3, "stride": 2}, {"pool": 2, "stride": 1}],
        "decoder": {
            "reshape": [4, 4, 2],
            "layers": [{"filters": 3, "kernel": 3, "stride": 2}, {"filters": 2, "kernel": 3, "stride": 1}],
        },
    },
    "leaky_mlp": {"encoder": [12, 7], "decoder": [7, 12]},
    "leaky_cnn": {
        "encoder": [
            {"filters": 3, "kernel": 3, "stride": 2, "padding": "same"},
            {"filters": 4, "kernel": 4, "stride": 1, "padding": "valid"},
        ],
        "decoder": {
            "layers": [
                {"filters": 4, "kernel": 4, "stride": 1, "padding": "valid"},
                {"filters": 3, "kernel": 3, "stride": 2, "padding": "same"},
                {"filters": 2, "kernel": 3, "stride": 1, "padding": "same"},
            ],
            "kernel": 3,
        },
    },
}


ARCHITECTURES["thesis_cnn"] = ARCHITECTURES["cnn"]


def configuration(network: str = "mlp", **changes: Any) -> dict[str, Any]:
    """Return the configuration of a VAE of a few hundred weights, with `changes`."""
    return {
        "model": "vae",
        "image_shape": list(IMAGE_SHAPE),
        "network": network,
        **ARCHITECTURES[network],
        "posterior": GAUSSIAN,
        "likelihood": "squared_error",
        "precision": "float32",
        **changes,
    }


def quantised(update: str = "average", **changes: Any) -> dict[str, Any]:
    """Return the configuration of a vector-quantised VAE with 5 codes of length 2 on a grid of 2x2, with `changes`."""
    return {
        "model": "vq_vae",
        "image_shape": list(IMAGE_SHAPE),
        "encoder": [{"filters": 4, "kernel": 4, "stride": 2}, {"filters": 6, "kernel": 3, "stride": 2}],
        "decoder": [
            {"filters": 5, "kernel": 3, "stride": 1},
            {"filters": 4, "kernel": 4, "stride": 2},
            {"kernel": 4, "stride": 2},
        ],
        "quantizer": {"codes": 5, "latent_dim": 2, "update": update, "decay": 0.9, "revival": 0.1},
        "commitment": 0.25,
        "likelihood": "squared_error",
        "precision": "float32",
        **changes,
    }


def with_any_weights(described: dict[str, Any]) -> Any:
    """Return a model none of whose weights is zero, as after a training; a new one's biases are."""
    from tfvae.models import build_model

    model, draws = build_model(described), np.random.default_rng(1)
    model.set_weights([weight + draws.normal(scale=0.2, size=weight.shape) for weight in model.get_weights()])
    return model


def digit_images(count: int) -> NDArray[np.uint8]:
    """Return the first scikit-learn digits in their own size, (count, 8, 8, 1), from 0 to 255."""
    return np.rint(load_digits().images[:count, :, :, np.newaxis] * (255 / 16)).astype(np.uint8)
