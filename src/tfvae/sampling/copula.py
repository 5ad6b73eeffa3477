"""A Gaussian copula with empirical margins, fitted to the aggregated posterior; see `tfvae.sampling.fitted`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

from tfvae.arguments import as_count
from tfvae.sampling.latents import Latents, as_latents


@dataclass(frozen=True, eq=False)
class CopulaSampler:
    """Each dimension's own distribution, as the latents had it, joined by the correlations of normal scores.

    Attributes:
        margins: (N, D), float64, each column sorted.
        correlation: (D, D), float64, of the normal scores.
        dtype: type of the samples, as of the latents that it was fitted to.
    """

    margins: NDArray[np.float64]
    correlation: NDArray[np.float64]
    dtype: DTypeLike

    def sample(self, count: int, generator: np.random.Generator) -> Latents:
        """Return `count` independent samples, (count, D), count being at least 0; none lies outside of the margins."""
        noise = generator.standard_normal((as_count(count, "count", 0), len(self.correlation)))
        values, vectors = np.linalg.eigh(self.correlation)
        scores = noise @ ((vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T)
        places = ndtr(scores) * len(self.margins) - 0.5  # the value of rank r, from 1 on, stands for (r - 1/2) / N
        ranks = np.arange(len(self.margins))
        columns = [np.interp(places[:, d], ranks, self.margins[:, d]) for d in range(self.margins.shape[1])]
        return np.stack(columns, axis=1).astype(self.dtype)


def fit_copula(latents: ArrayLike) -> CopulaSampler:
    """Fit a Gaussian copula to samples of the aggregated posterior, (N, D), N >= 2.

    A value's normal score is the standard normal quantile of (rank - 1/2) / N, equal values having their mean rank. A
    dimension whose values are all equal has no correlation.

    Raises:
        Refused: if the latents are not finite floats of that shape.
    """
    array = as_latents(latents, minimum=2)
    scores = ndtri((rankdata(array, axis=0) - 0.5) / len(array))
    deviations = scores.std(axis=0)
    standardised = (scores - scores.mean(axis=0)) / np.where(deviations > 0, deviations, 1.0)
    correlation = standardised.T @ standardised / len(array)
    np.fill_diagonal(correlation, 1.0)
    return CopulaSampler(np.sort(array.astype(np.float64), axis=0), correlation, array.dtype)
