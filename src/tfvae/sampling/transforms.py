"""Augmented sampling: transforms of latents, drawn from the prior or another sampler, before they are decoded."""

import numpy as np
from numpy.typing import ArrayLike

from tfvae.arguments import as_number
from tfvae.errors import Refused
from tfvae.sampling.latents import LARGEST, Latents, as_latents


def scaled(latents: ArrayLike, factor: float) -> Latents:
    """Return factor * latents, in the latents' own precision.

    The effect of a factor of 100: a decoder of linear layers and ReLUs is positively homogeneous apart from its biases,
    so the logits of D(c z) approach c times a function of the direction of z. A final sigmoid then drives every pixel
    to 0 or 1: the image becomes sharp and saturated and depends only on the direction of z, and D(100 z) hardly differs
    from D(1000 z). This makes blurred samples crisp. It is not a sample of the model: under the prior N(0, I_D) such
    latents have practically no probability.

    Raises:
        Refused: if the latents are not finite floats of shape (N, D), the factor is not finite, or a product is too
            large for the latents' precision.
    """
    array = as_latents(latents)
    as_number(factor, "factor", "(-inf, inf)")
    # The factor takes the type of the latents: a float64 scalar would turn float32 latents into float64.
    with np.errstate(over="ignore", invalid="ignore"):
        scaled_latents: Latents = array * array.dtype.type(factor)
    if not np.isfinite(scaled_latents).all():
        raise Refused(f"scaled latents must fit into {array.dtype}. Received: factor={factor}")
    return scaled_latents


def shifted(latents: ArrayLike, offset: ArrayLike) -> Latents:
    """Return latents + offset, in the latents' own precision.

    Use it where the aggregated posterior is not centred at the origin, so that the prior misses it. Prefer the offset
    measured by `tfvae.sampling.fitted_shift` to a constant. The offset is one number, or one per dimension, (D,).

    Raises:
        Refused: if the latents are not finite floats of shape (N, D), or the offset has another shape or is not finite
            and real, of a magnitude up to 1e30.
    """
    array = as_latents(latents)
    shift = np.asarray(offset)
    if shift.dtype.kind not in "fiu" or shift.shape not in ((), (array.shape[1],)):
        raise Refused(
            "offset must be one real number, or one per dimension of the latents. "
            f"Received: offset.shape={shift.shape}, offset.dtype={shift.dtype}, latents.shape={array.shape}"
        )
    if not (np.abs(shift) <= LARGEST).all():  # nor is NaN
        raise Refused(f"offset must be finite, up to {LARGEST:g}. Received: offset={shift.tolist()}")
    shifted_latents: Latents = array + shift.astype(array.dtype)
    return shifted_latents
