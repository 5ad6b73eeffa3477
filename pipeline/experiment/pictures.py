"""Pictures of a trained model for the figures."""

from typing import Any

import numpy as np

SHOWN_SAMPLES, SHOWN_RECONSTRUCTIONS, SHOWN_SCALE = 9, 10, 100.0


def to_bytes(images: np.ndarray) -> np.ndarray:
    """Return images in [0, 1] as uint8."""
    return np.rint(images * 255.0).astype(np.uint8)


def take_pictures(generator: Any, x_test: np.ndarray) -> dict[str, np.ndarray]:
    """Return samples, those of the same latents scaled, and test images with their reconstructions, as uint8."""
    latents = generator.prior_latents(SHOWN_SAMPLES, "pictures")
    originals = x_test[:SHOWN_RECONSTRUCTIONS]
    return {
        "plain": to_bytes(generator.images(latents)),
        "scaled": to_bytes(generator.images(SHOWN_SCALE * latents)),
        "originals": originals,
        "reconstructions": to_bytes(generator.images(generator.posterior_latents(originals))),
    }
