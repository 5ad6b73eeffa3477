"""Sampling region by region, with equal weight for every place among the latents of images."""

import numpy as np
from numpy.typing import ArrayLike

from tfvae.arguments import as_count, as_number
from tfvae.sampling.latents import Latents, as_latents

_TAILS = 0.005  # share of the latents beyond either side of the box, so that no single one decides its size


def region_latents(
    latents: ArrayLike, count: int, regions: int, width: float, generator: np.random.Generator
) -> Latents:
    """Return latents of normal distributions around random places of the box that the given latents fill.

    The places are uniform in the box, so a part of the latent space with few images has the same weight as one with
    many; under the prior it would be rare.

    Args:
        latents: of images, (N, D), N at least 2.
        count: number of latents to draw, at least 1.
        regions: number of places, at least 1; every latent belongs to a place drawn from these.
        width: standard deviation around a place, as a share of the box's length along each axis, above 0, up to a
            million.
        generator: source of the draws.

    Raises:
        Refused: if an argument is out of its range.
    """
    array = as_latents(latents, minimum=2)
    count, regions = as_count(count, "count"), as_count(regions, "regions")
    as_number(width, "width", "(0, 1e6]")
    low, high = np.quantile(array, [_TAILS, 1 - _TAILS], axis=0)
    places = generator.uniform(low, high, (regions, array.shape[1]))
    rows = generator.integers(regions, size=count)
    noise = generator.standard_normal((count, array.shape[1]))
    return np.asarray(places[rows] + width * (high - low) * noise, array.dtype)
