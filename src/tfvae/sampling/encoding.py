"""Where a model puts images in its latent space, and the latents along its axes."""

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.models.vae import VAE

_BATCH = 500
Floats = NDArray[np.float32]


def posterior_parameters(model: VAE, images: NDArray[np.uint8]) -> Floats:
    """Return the parameters of q(z|x) of images (N, H, W, C) uint8, (N, posterior.num_parameters), N at least 1.

    `model.posterior.mean` makes means of them; of a Gaussian they are the means and the log-variances, side by side.
    """
    encode = tf.function(lambda pixels: model.encoder(tf.cast(pixels, tf.float32) / 255.0))
    starts = range(0, len(images), _BATCH)
    return np.concatenate([encode(tf.constant(images[start : start + _BATCH])).numpy() for start in starts])


def traversals(latents: ArrayLike, start: ArrayLike, points: int, reach: float = 2.5) -> Floats:
    """Return latents on straight lines through the latent space, one line along each axis, (D, points, D).

    Line d is `start` but for coordinate d, which goes from `reach` standard deviations below the mean of `latents` to
    as many above: through where the latents of images lie, whatever the prior is.

    Args:
        latents: of images, (N, D), such as draws from their posteriors.
        start: (D,).
        points: on each line, at least 2.
        reach: in standard deviations (ddof 0), above 0.

    Raises:
        ValueError: if a shape or a number is not as described.
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
