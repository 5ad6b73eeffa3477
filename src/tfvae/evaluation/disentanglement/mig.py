"""Mutual information gap (Chen et al., 2018, section 4.1, https://arxiv.org/abs/1802.04942)."""

from numpy.typing import ArrayLike

from tfvae.arguments import as_count
from tfvae.evaluation.disentanglement.information import binned, entropies, mean_gap, mutual_information
from tfvae.evaluation.disentanglement.samples import as_sample


def mig(codes: ArrayLike, factors: ArrayLike, *, bins: int = 20) -> float:
    """Return the mutual information gap, from 0 to 1.

    For each factor it is the difference between its two greatest mutual informations with a dimension of the code,
    divided by the factor's entropy; the score is their mean (eq. 6). Codes are cut into bins of equal width, as the
    reference does; the paper computes with densities of the posterior.

    Args:
        codes: (N, D), D at least 2.
        factors: integers from 0 (N, K), K at least 2, each with two values or more.
        bins: of a dimension, at least 2; a dimension with fewer bins than a factor has values cannot tell all of them.

    Raises:
        Refused: if the arrays or the number are not as described.
    """
    z, values = as_sample(codes, factors)
    information = mutual_information(binned(z, as_count(bins, "bins", minimum=2)), values)
    return mean_gap(information, entropies(values))
