"""The distance of the latents of the thesis's β-VAEs from 0, and the defect that moves them there.

The thesis adds 2 to latents before it decodes them. A ReLU on the posterior's means allows none below 0, so a dimension
that tells images apart must stand on the right of 0.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_ACTIVE_ABOVE = 0.01  # variance of the means over images (Burda et al., 2016, section 5.2)


def offsets(means: np.ndarray) -> dict[str, float]:
    """Return the number of "active" dimensions of posterior means (N, D): their variance over images is above 0.01.

    "offset" is the mean of these dimensions, "negative_share" the share of their means below 0; both 0 without any.
    """
    from tfvae.evaluation.latent_space import active_units

    active = means[:, active_units(means, _ACTIVE_ABOVE)]
    if not active.size:
        return {"active": 0.0, "offset": 0.0, "negative_share": 0.0}
    return {
        "active": float(active.shape[1]),
        "offset": float(active.mean(dtype=np.float64)),
        "negative_share": float((active < 0).mean()),
    }


def measure(configuration: Mapping[str, Any], weights: Sequence[np.ndarray], images: np.ndarray) -> dict[str, float]:
    """Return the `offsets` of a trained model on images (N, H, W, C) uint8."""
    from tfvae.models.registry import build_model
    from tfvae.sampling.encoding import posterior_means

    model = build_model(configuration)
    model.set_weights(weights)
    return offsets(posterior_means(model, images))
