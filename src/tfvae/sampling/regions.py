"""Sampling region by region: where latents of images lie, every place counts alike."""

import numpy as np
from numpy.typing import ArrayLike

from tfvae.errors import Refused
from tfvae.sampling.latents import Latents, as_latents

_TAILS = 0.005  # share of the latents beyond either side of the box, so that no single one decides its size


def region_latents(
    latents: ArrayLike, count: int, regions: int, width: float, generator: np.random.Generator
) -> Latents:
    """Return latents of normal distributions around random places of the box that the given latents fill.

    The places are uniform in the box, so a part of the latent space that few images take has the same weight as one
    that many take; under the prior it would be rare.

    Args:
        latents: of images, (N, D), N at least 2.
        count: latents to draw, at least 1.
        regions: places, at least 1; every latent belongs to a place drawn from these.
        width: standard deviation around a place, as a share of the box's length along each axis, above 0.
        generator: what the draws come from.

    Returns:
        (count, D), of the type of `latents`.

    Raises:
        Refused: if an argument is out of its range.
    """
    known = as_latents(latents, minimum=2)
    if count < 1 or regions < 1 or not 0 < width < np.inf:
        raise Refused(
            f"count and regions must be at least 1, and width above 0. Received: count={count}, regions={regions}, "
            f"width={width}"
        )
    low, high = np.quantile(known, [_TAILS, 1 - _TAILS], axis=0)
    places = generator.uniform(low, high, (regions, known.shape[1]))
    chosen = generator.integers(regions, size=count)
    noise = generator.standard_normal((count, known.shape[1]))
    return np.asarray(places[chosen] + width * (high - low) * noise, known.dtype)
