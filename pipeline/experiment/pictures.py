"""Pictures of a trained model for the figures."""

from typing import Any

import numpy as np

from tfvae.images import to_bytes

SHOWN_SAMPLES, SHOWN_RECONSTRUCTIONS = 9, 10
POINTS = 9  # on a line through the latent space
SHOWN_SCALES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def tsne_plane(latents: np.ndarray, seed: int) -> np.ndarray:
    """Return latents (N, D) arranged in a plane by t-SNE, (N, 2)."""
    from sklearn.manifold import TSNE

    plane: np.ndarray = TSNE(init="pca", learning_rate="auto", random_state=seed, n_jobs=1).fit_transform(latents)
    return plane.astype(np.float32)


def traversal_pictures(generator: Any, x_test: np.ndarray, start: np.ndarray, dimensions: Any = ...) -> np.ndarray:
    """Return the images (dimensions, 9, H, W, C) uint8 of a latent (D,) whose dimensions change one by one."""
    from tfvae.sampling.traversals import traversals

    lines = traversals(generator.posterior_latents(x_test, "traversals"), start, POINTS)[dimensions]
    decoded = to_bytes(generator.images(lines.reshape(-1, lines.shape[-1])))
    return decoded.reshape(*lines.shape[:2], *decoded.shape[1:])


def take_pictures(generator: Any, x_test: np.ndarray) -> dict[str, np.ndarray]:
    """Return pictures as uint8.

    "frames" (S, 9, H, W, C) are images of the same nine latents times each of "scales" (S,), which begin with 1;
    "originals" and "reconstructions" (10, H, W, C) the first test images and the model's reconstructions.
    """
    latents = generator.prior_latents(SHOWN_SAMPLES, "pictures")
    originals = x_test[:SHOWN_RECONSTRUCTIONS]
    return {
        "scales": np.asarray(SHOWN_SCALES),
        "frames": np.stack([to_bytes(generator.images(scale * latents)) for scale in SHOWN_SCALES]),
        "originals": originals,
        "reconstructions": to_bytes(generator.images(generator.posterior_latents(originals))),
    }
