"""The likelihood of codes under a trained prior."""

import numpy as np
from numpy.typing import ArrayLike

from tfvae.arguments import as_codes
from tfvae.backend import tf
from tfvae.batching import batches
from tfvae.networks.gated_pixel_cnn import GatedPixelCNN
from tfvae.priors.pixel_cnn import mean_loss


def nats_per_code(model: GatedPixelCNN, codes: ArrayLike) -> float:
    """Return the mean of -log p(code | earlier codes) over all positions of codes (N, H, W), N at least 1, in nats.

    Raises:
        Refused: if a code is none of the prior's.
    """
    grids = as_codes(codes, model.codes)
    evaluate = tf.function(lambda batch: mean_loss(model, batch))
    cuts = batches(len(grids))
    means = [float(evaluate(tf.constant(grids[rows]))) for rows in cuts]
    return float(np.average(means, weights=[rows.stop - rows.start for rows in cuts]))
