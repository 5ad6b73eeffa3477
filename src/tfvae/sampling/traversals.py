"""Latents along the axes of a latent space."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused


def traversals(latents: ArrayLike, start: ArrayLike, points: int, reach: float = 2.5) -> NDArray[np.float32]:
    """Return latents on straight lines through the latent space, one line along each axis, (D, points, D).

    Line d is `start` but for coordinate d, which goes from `reach` standard deviations below the mean of `latents` to
    as many above: through where the latents of images lie, whatever the prior is.

    Args:
        latents: of images, (N, D), such as draws from their posteriors.
        start: (D,).
        points: on each line, at least 2.
        reach: in standard deviations (ddof 0), above 0.

    Raises:
        Refused: if a shape or a number is not as described.
    """
    array, origin = np.asarray(latents, np.float32), np.asarray(start, np.float32)
    if array.ndim != 2 or origin.shape != array.shape[1:] or points < 2 or not reach > 0:
        raise Refused(
            "traversals need latents (N, D), a start (D,), 2 points or more and a reach above 0. Received: "
            f"latents.shape={array.shape}, start.shape={origin.shape}, points={points}, reach={reach}"
        )
    lines = np.tile(origin, (len(origin), points, 1))
    steps = np.linspace(-reach, reach, points, dtype=np.float32)
    for axis, (mean, deviation) in enumerate(zip(array.mean(axis=0), array.std(axis=0), strict=True)):
        lines[axis, :, axis] = mean + deviation * steps
    return lines
