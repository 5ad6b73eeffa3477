"""Separated attribute predictability (Kumar et al., 2018, section 3, https://arxiv.org/abs/1711.00848)."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.svm import LinearSVC

from tfvae.evaluation.disentanglement.information import mean_gap
from tfvae.evaluation.disentanglement.samples import Floats, Integers, as_sample, as_samples

_LEAST_VARIANCE = 1e-12  # of a dimension that takes part, as in the reference


def sap(train_codes: ArrayLike, train_factors: ArrayLike, test_codes: ArrayLike, test_factors: ArrayLike) -> float:
    """Return by how much the dimension that predicts a factor best is ahead of the second, from 0 to 1.

    Predictions are of a linear support vector machine of one dimension (C = 0.01, classes of equal weight), scored by
    their accuracy on test codes. With one dimension it separates few values of a factor that has many, so that a
    perfect code scores far below 1.

    Args:
        train_codes: (N, D), D at least 2.
        train_factors: integers from 0 (N, K), K at least 2, each with two values or more.
        test_codes: (M, D).
        test_factors: (M, K).

    Raises:
        Refused: if the arrays are not as described.
    """
    z_train, y_train, z_test, y_test = as_samples(train_codes, train_factors, test_codes, test_factors)
    columns = range(z_train.shape[1])
    scores = [
        [_accuracy(z_train[:, [d]], y, z_test[:, [d]], v) for y, v in zip(y_train.T, y_test.T, strict=True)]
        for d in columns
    ]
    return mean_gap(np.array(scores))


def _accuracy(train: Floats, y_train: Integers, test: Floats, y_test: Integers) -> float:
    # Without the dual, which the solver would draw random numbers for.
    machine = LinearSVC(C=0.01, class_weight="balanced", dual=False).fit(train, y_train)
    return float(np.mean(machine.predict(test) == y_test))


def sap_of_ordered(codes: ArrayLike, factors: ArrayLike) -> float:
    """Return `sap` for factors whose values are numbers: a score is the squared correlation of dimension and factor.

    Args:
        codes: (N, D), D at least 2.
        factors: integers from 0 (N, K), K at least 2, each with two values or more.

    Raises:
        Refused: if the arrays are not as described.
    """
    z, values = as_sample(codes, factors)
    z = z - z[0]  # so that the variance of a constant dimension is 0 without rounding
    z, y = z - z.mean(axis=0), values - values.mean(axis=0)
    variances = (z**2).sum(axis=0) / (len(z) - 1)
    active = variances > _LEAST_VARIANCE
    scores = np.zeros((z.shape[1], y.shape[1]))
    unit = z[:, active] / np.linalg.norm(z[:, active], axis=0)
    scores[active] = (unit.T @ (y / np.linalg.norm(y, axis=0))) ** 2
    return mean_gap(scores)
