"""Disentanglement, completeness, informativeness (Eastwood & Williams, 2018, https://openreview.net/forum?id=By-7dz-AZ)."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr
from sklearn.ensemble import GradientBoostingClassifier

from tfvae import randomness
from tfvae.arguments import as_count
from tfvae.evaluation.disentanglement.samples import Floats, as_samples


@dataclass(frozen=True, eq=False)
class DCI:
    """Scores from 0 to 1, and what they are made of.

    Attributes:
        disentanglement: how nearly each dimension is important for one factor alone.
        completeness: how nearly each factor needs one dimension alone.
        informativeness: accuracy on test codes, mean of the factors; chance is each one's most frequent value.
        train_informativeness: that on training codes.
        importances: of each dimension for each factor, (D, K); those of a factor sum to 1, or are all 0.
    """

    disentanglement: float
    completeness: float
    informativeness: float
    train_informativeness: float
    importances: Floats = field(repr=False)


def dci(
    train_codes: ArrayLike,
    train_factors: ArrayLike,
    test_codes: ArrayLike,
    test_factors: ArrayLike,
    *,
    trees: int = 100,
    seed: int,
) -> DCI:
    """Return how well boosted trees read the factors off the code, and which dimensions they use.

    Each factor is classified by gradient boosting, with trees of depth 3 for each of its values. The paper takes random
    forests and lasso regression; these trees are the reference's choice. Time grows with trees x samples x dimensions x
    values.

    Args:
        train_codes: (N, D), D at least 2.
        train_factors: integers from 0 (N, K), K at least 2, each with two values or more.
        test_codes: (M, D).
        test_factors: (M, K).
        trees: for each value; the reference takes 100.
        seed: of the choice between dimensions that divide as well.

    Raises:
        Refused: if the arrays or the number are not as described.
    """
    z_train, y_train, z_test, y_test = as_samples(train_codes, train_factors, test_codes, test_factors)
    as_count(trees, "trees")
    importances, accuracies = np.zeros((z_train.shape[1], y_train.shape[1])), []
    for k, (train, test) in enumerate(zip(y_train.T, y_test.T, strict=True)):
        state = int(randomness.generator(seed, "DCI", k).integers(2**32))
        model = GradientBoostingClassifier(n_estimators=trees, random_state=state).fit(z_train, train)
        importances[:, k] = np.abs(model.feature_importances_)  # rounding leaves some just below 0
        accuracies.append([np.mean(model.predict(z_train) == train), np.mean(model.predict(z_test) == test)])
    train_accuracy, test_accuracy = map(float, np.mean(accuracies, axis=0))
    return DCI(
        disentanglement_of(importances), completeness_of(importances), test_accuracy, train_accuracy, importances
    )


def disentanglement_of(importances: Floats) -> float:
    """Return 1 less the entropy of each dimension's importances (D, K), to the base K, the mean by total importance."""
    totals = importances.sum(axis=1, keepdims=True)
    if not totals.any():
        return 0.0
    shares = np.divide(importances, totals, out=np.zeros_like(importances), where=totals > 0)
    scores = 1 - entr(shares).sum(axis=1) / np.log(importances.shape[1])
    return float(np.average(scores, weights=totals[:, 0]))


def completeness_of(importances: Floats) -> float:
    """Return 1 less the entropy of each factor's importances (D, K), to the base D, the mean by total importance."""
    return disentanglement_of(importances.T)
