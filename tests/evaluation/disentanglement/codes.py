"""Codes of which scores are known: by reasoning, or from the reference implementation (`reference.json`).

The numbers in `reference.json` are those of google-research/disentanglement_lib on what `frozen_*` give. It ran with
the versions of requirements.txt and without gin: bindings are those of its study (20 bins; a threshold of 0.05 for
FactorVAE, 0.01 for UDR). Where a metric draws factors, it got those that `interventions` draws with SEED.
"""

import itertools

import numpy as np

SIZES = (4, 3, 5)
GRID = np.array(list(itertools.product(*map(range, SIZES))))
SEED = 7
DRAWS = {"train_draws": 500, "test_draws": 300}


def frozen_table():
    """Return a code (60, 6) for each point of GRID: factors mixed and bent, one dimension of noise, one constant."""
    first, second, third = GRID.T
    noise = np.random.default_rng(1).normal(size=(len(GRID), 5))
    clean = [first, second - 0.4 * third, (third - 2.0) ** 2, 0.5 * first + third, 0 * first]
    return np.column_stack([np.stack(clean, axis=1) + 0.8 * noise, np.full(len(GRID), 0.25)])


def frozen_represent(factors):
    return frozen_table()[np.ravel_multi_index(factors.T, SIZES)]


def frozen_sample(count, seed):
    """Return codes (count, 5), the constant dimension left out and noise added, and factors (count, 3)."""
    generator = np.random.default_rng(seed)
    factors = generator.integers(SIZES, size=(count, 3))
    return frozen_represent(factors)[:, :5] + 0.1 * generator.normal(size=(count, 5)), factors


def frozen_coarse_sample(count, seed):
    """Return codes (count, 3) of few values and factors (count, 3), for DCI.

    Where two dimensions divide the samples of a tree alike, its seed chooses and moves scores by 0.002; here none do.
    """
    generator = np.random.default_rng(seed)
    factors, noise = generator.integers(SIZES, size=(count, 3)), generator.integers(2, size=(count, 3))
    first, second, third = factors.T
    clean = np.stack([first // 2, (second + third // 2) // 2, third // 2], axis=1)
    return (clean + noise).astype(float), factors


def frozen_models():
    """Return codes (4, 200, 5) of four models of the same images and divergences (4, 5), some of them too small."""
    generator = np.random.default_rng(3)
    images = generator.normal(size=(200, 5)) ** 3
    orders = [[0, 1, 2, 3, 4], [4, 2, 0, 1, 3], [1, 0, 3, 2, 4], [3, 4, 1, 0, 2]]
    mixing = np.eye(5) + 0.4 * generator.normal(size=(4, 5, 5))
    codes = np.stack([(images @ mix)[:, order] for mix, order in zip(mixing, orders, strict=True)])
    divergences = generator.uniform(0.0, 0.025, size=(4, 5))
    return codes + 0.3 * generator.normal(size=codes.shape), divergences
