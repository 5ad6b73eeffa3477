"""Mutual information of codes, cut into bins, and factors."""

import numpy as np
from scipy.special import xlogy

from tfvae.evaluation.disentanglement.samples import Floats, Integers


def binned(codes: Floats, bins: int) -> Integers:
    """Return which of `bins` equally wide bins between its least and greatest value each code lies in, (N, D)."""
    columns = [np.digitize(column, np.linspace(column.min(), column.max(), bins + 1)[1:-1]) for column in codes.T]
    return np.stack(columns, axis=1).astype(np.int64)


def mutual_information(first: Integers, second: Integers) -> Floats:
    """Return the mutual information, in nats, of each column of (N, D) with each of (N, K), (D, K).

    It is that of the sample, so it lies above that of the population: by (B - 1)(V - 1) / 2N for B bins and V values
    that are independent.
    """
    return np.array([[_information(a, b) for b in second.T] for a in first.T])


def entropies(values: Integers) -> Floats:
    """Return the entropy of each column of (N, K) in the sample, in nats, (K,)."""
    return np.array([_information(column, column) for column in values.T])


def _information(first: Integers, second: Integers) -> float:
    _, a = np.unique(first, return_inverse=True)
    _, b = np.unique(second, return_inverse=True)
    width = b.max() + 1
    counts = np.bincount(a * width + b, minlength=(a.max() + 1) * width).reshape(-1, width)
    # In whole numbers, so that it is exactly 0 where one of the two is constant.
    independent = np.outer(counts.sum(axis=1), counts.sum(axis=0))
    ratio = counts * float(len(first)) / independent
    return max(0.0, float(xlogy(counts / len(first), ratio).sum()))


def mean_gap(scores: Floats, scale: Floats | float = 1.0) -> float:
    """Return by how much the best dimension of each factor, of scores (D, K), is ahead of the second, mean of the K."""
    second, best = np.sort(scores, axis=0)[-2:]
    return float(np.mean((best - second) / scale))
