"""The beta-VAEs of colour images: what a beta-VAE project on photographs of flowers describes, and leaner ones.

The project's document names two convolutional layers in each half and the Bernoulli likelihood, summed over pixels and
channels; its kernels are 5x5 and its latents 64, and what it leaves open is chosen here. The leaner layers have kernels
of 4x4, which with a stride of 2 weigh all pixels alike, and half as many channels where the decoder starts.
"""

from collections.abc import Sequence
from typing import Any


def _layers(kernel: int, *filters: int) -> list[dict[str, int]]:
    return [{"filters": count, "kernel": kernel, "stride": 2} for count in filters]


_ENCODERS = {"document": _layers(5, 32, 64), "lean": _layers(4, 32, 64)}
_DECODERS = {"document": (64, _layers(5, 32, 16)), "lean": (32, _layers(4, 32, 16))}


def configuration(image_shape: Sequence[int], layers: str, latent_dim: int, precision: str) -> dict[str, Any]:
    """Return the configuration of a VAE, for `tfvae.models.vae.build_vae`.

    Args:
        image_shape: (H, W, C), H and W multiples of 4.
        layers: "document" or "lean".
        latent_dim: of the Gaussian posterior.
        precision: "float32" or "bfloat16".
    """
    height, width, _ = image_shape
    channels, upward = _DECODERS[layers]
    return {
        "image_shape": list(image_shape),
        "network": "cnn",
        "encoder": _ENCODERS[layers],
        "decoder": {"reshape": [height // 4, width // 4, channels], "layers": upward},
        "posterior": {"name": "diagonal_gaussian", "latent_dim": latent_dim},
        "likelihood": "bernoulli",
        "precision": precision,
    }
