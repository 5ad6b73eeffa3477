"""FactorVAE score (Kim & Mnih, 2018, section 4, https://arxiv.org/abs/1802.05983)."""

from collections.abc import Sequence

import numpy as np

from tfvae import randomness
from tfvae.arguments import as_count, as_number
from tfvae.evaluation.disentanglement.samples import Floats, Integers, Represent, as_sizes, encoded, interventions


def factor_vae_score(
    represent: Represent,
    sizes: Sequence[int],
    *,
    train_draws: int,
    test_draws: int,
    batch: int,
    scale_images: int,
    threshold: float = 0.05,
    seed: int,
) -> float:
    """Return how often the steadiest dimension tells which factor images share, from 0 to 1; chance is about 1 / K.

    A draw is a factor, and images that share its value; it votes for the dimension with the smallest variance, relative
    to that of all images. Of each dimension the factor with most training votes is the guess. Dimensions whose standard
    deviation is below the threshold, or 0, do not take part; without any the score is 0.

    Args:
        represent: maps factors (N, K), integers, to codes (N, D).
        sizes: the K numbers of values of the factors.
        train_draws: that decide the guesses; the reference takes 10,000.
        test_draws: that these are judged by; the reference takes 5,000.
        batch: images of a draw, at least 2; the paper takes 100, the reference 64.
        scale_images: that the standard deviation of a dimension is estimated from; the reference takes 10,000.
        threshold: in units of the code; 0.05 is the reference's, for codes whose prior has the variance 1.
        seed: of the draws.

    Raises:
        Refused: if a size, a count or the threshold is too small, or `represent` returns anything else.
    """
    sizes = as_sizes(sizes)
    as_count(batch, "batch", minimum=2)
    as_number(threshold, "threshold", "[0, inf)")
    generator = randomness.generator(seed, "FactorVAE score scale")
    factors = generator.integers(sizes, size=(as_count(scale_images, "scale_images", minimum=2), len(sizes)))
    codes = encoded(represent, factors)
    # Less the first image's, so that the variance of a constant dimension is 0 without rounding.
    variances = (codes - codes[0]).var(axis=0, ddof=1)
    deviations = np.sqrt(variances)
    active = np.flatnonzero((deviations >= threshold) & (deviations > 0))
    train_draws, test_draws = as_count(train_draws, "train_draws"), as_count(test_draws, "test_draws")
    if not active.size:
        return 0.0

    def votes(count: int, purpose: str) -> Integers:
        counts = np.zeros((len(sizes), len(active)), np.int64)
        for fixed, factors in interventions(sizes, count, batch, seed, purpose):
            draw = np.arange(len(fixed))
            factors[draw, :, fixed] = factors[draw, 0, fixed][:, np.newaxis]
            relative: Floats = encoded(represent, factors)[:, :, active].var(axis=1, ddof=1) / variances[active]
            np.add.at(counts, (fixed, relative.argmin(axis=1)), 1)
        return counts

    guesses = votes(train_draws, "FactorVAE score train").argmax(axis=0)
    return float(votes(test_draws, "FactorVAE score test")[guesses, np.arange(len(active))].sum() / test_draws)
