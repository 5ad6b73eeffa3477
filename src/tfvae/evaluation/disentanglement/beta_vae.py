"""beta-VAE score (Higgins et al., 2017, section 3, https://openreview.net/forum?id=Sy2fzU9gl)."""

from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tfvae.arguments import as_count
from tfvae.evaluation.disentanglement.samples import Floats, Integers, Represent, as_sizes, encoded, interventions


def beta_vae_score(
    represent: Represent, sizes: Sequence[int], *, train_draws: int, test_draws: int, pairs: int, seed: int
) -> float:
    """Return how often a linear classifier tells which factor pairs of images share, from 0 to 1; chance is 1 / K.

    A draw is a factor, and pairs of images that share its value; what the classifier sees are the codes' mean absolute
    differences. It is a logistic regression (L2 penalty, C = 1), so differences far below 1 count for little: codes of
    a small scale score low. A rotated code may score far above chance. scikit-learn warns if the classifier did not
    converge within 1,000 iterations; the reference stops at 100.

    Args:
        represent: maps factors (N, K), integers, to codes (N, D).
        sizes: the K numbers of values of the factors.
        train_draws: that the classifier is fitted to; the reference takes 10,000.
        test_draws: that it is judged by; the reference takes 5,000.
        pairs: of a draw; the paper and the reference take 64.
        seed: of the draws.

    Raises:
        Refused: if a size or count is too small, or `represent` returns anything else.
    """
    sizes, pairs = as_sizes(sizes), as_count(pairs, "pairs")
    # So many at least that no training is of one factor alone.
    train = _differences(
        represent, sizes, as_count(train_draws, "train_draws", 50), pairs, seed, "beta-VAE score train"
    )
    test = _differences(represent, sizes, as_count(test_draws, "test_draws"), pairs, seed, "beta-VAE score test")
    with threadpool_limits(limits=1):
        classifier = LogisticRegression(max_iter=1000).fit(*train)
        return float(np.mean(classifier.predict(test[0]) == test[1]))


def _differences(
    represent: Represent, sizes: Sequence[int], count: int, pairs: int, seed: int, purpose: str
) -> tuple[Floats, Integers]:
    """Return the mean absolute differences (count, D) and which factors were shared (count,)."""
    differences, shared = [], []
    for fixed, factors in interventions(sizes, count, 2 * pairs, seed, purpose):
        draw = np.arange(len(fixed))
        factors[draw, pairs:, fixed] = factors[draw, :pairs, fixed]
        codes = encoded(represent, factors)
        differences.append(np.abs(codes[:, :pairs] - codes[:, pairs:]).mean(axis=1))
        shared.append(fixed)
    return np.concatenate(differences), np.concatenate(shared)
