"""Unsupervised disentanglement ranking (Duan et al., 2020, https://arxiv.org/abs/1905.12614)."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata
from sklearn.linear_model import Lasso
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tfvae.arguments import as_array, as_number, one_of
from tfvae.errors import Refused
from tfvae.evaluation.disentanglement.samples import Floats
from tfvae.evaluation.features import as_features, as_numbers

_PENALTY = 0.1  # of the lasso, the reference's


def udr(
    codes: ArrayLike,
    divergences: ArrayLike,
    *,
    correlation: Literal["lasso", "spearman"] = "lasso",
    threshold: float = 0.01,
) -> Floats:
    """Return for each of M models how nearly its dimensions are those of the others, (M,), from about 0 to 1.

    The models are of one kind and differ in their seeds. The score needs no labels; its idea is that models which
    disentangle find the same dimensions, up to order and sign, and others do not. The similarity R (D, D) of two models
    are the magnitudes of lasso coefficients, or of Spearman's rank correlations, of their standardised codes, reduced
    to the dimensions that each uses. Their score is the mean of (max R)^2 / sum R of the columns, averaged with that of
    the rows, or 0 without any dimension; a model's is the median of those with all others. The penalty of the lasso
    shrinks: equal independent codes score 0.9. Where two models use different numbers of dimensions, the paper weighs
    columns and rows by these; equal weights are those of its authors' code, the reference.

    Args:
        codes: (M, N, D), of the same N images, M at least 2.
        divergences: KL divergences from the prior (M, D), in nats, as of `tfvae.evaluation.kl_per_dimension`.
        correlation: which R.
        threshold: the divergence above which a dimension is used; 0.01 is the reference's.

    Raises:
        Refused: if the arrays are not as described.
    """
    array, kls = as_array(codes, "codes"), as_numbers(divergences, "divergences")
    if array.ndim != 3 or len(array) < 2 or kls.shape != (len(array), array.shape[2]):
        raise Refused(
            "codes must have the shape (models, images, dimensions), at least two models, and divergences "
            f"(models, dimensions). Received: codes.shape={array.shape}, divergences.shape={kls.shape}"
        )
    one_of(correlation, ("lasso", "spearman"), "correlation")
    used = kls > as_number(threshold, "threshold", "[0, inf)")
    prepare = _ranks if correlation == "spearman" else _standardised
    models = [prepare(as_features(model, "codes"))[:, dims] for model, dims in zip(array, used, strict=True)]
    similarity = _correlations if correlation == "spearman" else _coefficients
    scores = np.zeros((len(models), len(models)))
    with threadpool_limits(limits=1):
        for i, first in enumerate(models):
            for j, second in enumerate(models):
                if i != j and first.size and second.size:
                    scores[i, j] = relative_strength(similarity(first, second))
    others = ~np.eye(len(models), dtype=bool)
    return np.array([np.median(scores[others[:, j], j]) for j in range(len(models))])


def relative_strength(similarity: Floats) -> float:
    """Return the mean of (max R)^2 / sum R of the columns of magnitudes R, averaged with that of the rows."""
    means = []
    for axis in (0, 1):
        sums = similarity.sum(axis=axis)
        greatest = similarity.max(axis=axis)
        means.append(np.mean(np.divide(greatest**2, sums, out=np.zeros_like(sums), where=sums > 0)))
    return float(np.mean(means))


def _standardised(codes: Floats) -> Floats:
    scaled: Floats = StandardScaler().fit_transform(codes)
    return scaled


def _ranks(codes: Floats) -> Floats:
    return _standardised(rankdata(codes, axis=0))


def _coefficients(first: Floats, second: Floats) -> Floats:
    """Return the magnitudes (E, F) of lasso coefficients that predict the second codes (N, F) from the first (N, E)."""
    coefficients = Lasso(alpha=_PENALTY).fit(first, second).coef_
    magnitudes: Floats = np.abs(coefficients.reshape(second.shape[1], first.shape[1])).T
    return magnitudes


def _correlations(first: Floats, second: Floats) -> Floats:
    return np.abs(first.T @ second) / len(first)
