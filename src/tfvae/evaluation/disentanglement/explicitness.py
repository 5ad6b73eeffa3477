"""Explicitness (Ridgeway & Mozer, 2018, section 3, https://arxiv.org/abs/1802.05312)."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tfvae.evaluation.disentanglement.samples import Floats, Integers, as_samples


def explicitness(
    train_codes: ArrayLike, train_factors: ArrayLike, test_codes: ArrayLike, test_factors: ArrayLike
) -> float:
    """Return how well a linear classifier reads the factors off the whole code, from 0 to 1; chance is 1/2.

    For each value of each factor it is the area under the ROC curve, on the test codes, of the probability that the
    classifier gives it: a multinomial logistic regression (L2 penalty, C = 1) of standardised training codes. The score
    is the mean of a factor's values, then of the factors. scikit-learn warns if a classifier did not converge within
    1,000 iterations; the reference stops at 100, and fails where dimensions are constant or test factors lack a value.

    Args:
        train_codes: (N, D), D at least 2.
        train_factors: integers from 0 (N, K), K at least 2, each with two values or more.
        test_codes: (M, D).
        test_factors: (M, K); of values that do not occur in it there is no area, and one that training lacks has 1/2.

    Raises:
        Refused: if the arrays are not as described.
    """
    z_train, y_train, z_test, y_test = as_samples(train_codes, train_factors, test_codes, test_factors)
    scaler = StandardScaler().fit(z_train)
    train, test = scaler.transform(z_train), scaler.transform(z_test)
    with threadpool_limits(limits=1):
        return float(np.mean([_area(train, y, test, v) for y, v in zip(y_train.T, y_test.T, strict=True)]))


def _area(train: Floats, y_train: Integers, test: Floats, y_test: Integers) -> float:
    classifier = LogisticRegression(max_iter=1000).fit(train, y_train)
    scores = dict(zip(classifier.classes_, classifier.predict_proba(test).T, strict=True))
    constant = np.zeros(len(test))
    return float(np.mean([roc_auc_score(y_test == value, scores.get(value, constant)) for value in np.unique(y_test)]))
