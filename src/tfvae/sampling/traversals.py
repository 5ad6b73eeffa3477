"""Latents along the axes of a latent space."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_array, as_count, as_number
from tfvae.errors import Refused
from tfvae.sampling.latents import as_latents


def traversals(latents: ArrayLike, start: ArrayLike, points: int, reach: float = 2.5) -> NDArray[np.float32]:
    """Return latents on straight lines through the latent space, one line along each axis, (D, points, D).

    Line d is `start` but for coordinate d, which goes from `reach` standard deviations below the mean of `latents` to
    as many above: through where the latents of images lie, whatever the prior is.

    Args:
        latents: of images, (N, D), such as draws from their posteriors.
        start: (D,).
        points: on each line, at least 2.
        reach: in standard deviations (ddof 0), above 0, up to a million.

    Raises:
        Refused: if a shape or a number is not as described.
    """
    array, origin = as_latents(latents, minimum=1).astype(np.float32), as_array(start, "start")
    points, _ = as_count(points, "points", 2), as_number(reach, "reach", "(0, 1e6]")
    if origin.shape != array.shape[1:]:
        raise Refused(f"start must have the shape {array.shape[1:]}. Received: start.shape={origin.shape}")
    origin = as_latents(origin[None])[0].astype(np.float32)
    lines = np.tile(origin, (len(origin), points, 1))
    steps = np.linspace(-reach, reach, points, dtype=np.float32)
    for axis, (mean, deviation) in enumerate(zip(array.mean(axis=0), array.std(axis=0), strict=True)):
        lines[axis, :, axis] = mean + deviation * steps
    return lines
