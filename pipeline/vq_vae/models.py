"""The models that are compared by their samples: plain, beta- and vector-quantised VAEs, and their layers.

They follow "Generate MNIST synthetic images using variants of VAE" (Bencheikh Lehocine, Benmaiza & Chikh, 2022), with
strided convolutions and grids of 7x7 codes; what it leaves open is chosen here, for images of 28x28 pixels. The vector-
quantised encoder sees nothing around each place (windows of 2x2, side by side, so a code tells of 4x4 pixels): blank
places then share a code, and a prior predicts the codes far better than those of wider windows, at about the same
squared error.
"""

from collections.abc import Sequence
from typing import Any

GAUSSIAN = {
    "network": "cnn",
    "encoder": [{"filters": 32, "kernel": 4, "stride": 2}, {"filters": 64, "kernel": 4, "stride": 2}],
    "decoder": {
        "reshape": [7, 7, 32],
        "layers": [{"filters": 32, "kernel": 4, "stride": 2}, {"filters": 16, "kernel": 4, "stride": 2}],
    },
}
QUANTISED = {
    "encoder": [{"filters": 32, "kernel": 2, "stride": 2}, {"filters": 64, "kernel": 2, "stride": 2}],
    "decoder": [
        {"filters": 64, "kernel": 3, "stride": 1},
        {"filters": 32, "kernel": 4, "stride": 2},
        {"kernel": 4, "stride": 2},
    ],
}
# What all models share. With squared errors of a sigmoid's output a new decoder may turn black and stay so; the
# Bernoulli likelihood has no such plateau.
_LIKELIHOOD = "bernoulli"


def gaussian(image_shape: Sequence[int], latent_dim: int, precision: str) -> dict[str, Any]:
    """Return the configuration of a VAE, for `tfvae.models.vae.build_vae`."""
    posterior = {"name": "diagonal_gaussian", "latent_dim": latent_dim}
    return _configured(image_shape, precision, **GAUSSIAN, posterior=posterior)


def quantised(image_shape: Sequence[int], latent_dim: int, codes: int, settings: Any) -> dict[str, Any]:
    """Return the configuration of a vector-quantised VAE, for `tfvae.models.vq_vae.build_vq_vae`."""
    quantizer = {
        "codes": codes,
        "latent_dim": latent_dim,
        "update": settings.codebook_update,
        "decay": settings.codebook_decay,
        "revival": settings.codebook_revival,
    }
    return _configured(
        image_shape, settings.precision, **QUANTISED, quantizer=quantizer, commitment=settings.commitment
    )


def name_of(model: str, latent_dim: int, codes: int | None = None) -> str:
    """Return the name of a model in records: "vae-2", "beta-vae-8", "vq-vae-16-128"."""
    return f"{model}-{latent_dim}" if codes is None else f"{model}-{latent_dim}-{codes}"


def _configured(image_shape: Sequence[int], precision: str, **own: Any) -> dict[str, Any]:
    return {"image_shape": list(image_shape), **own, "likelihood": _LIKELIHOOD, "precision": precision}
