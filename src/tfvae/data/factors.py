"""Grids of factors: all combinations of some factors' values, each with one index."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae import randomness
from tfvae.arguments import as_array, as_count, as_counts, as_labels
from tfvae.errors import Refused

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class FactorGrid:
    """The grid of K factors, of which factor k takes the values 0 to sizes[k] - 1.

    Indices run from 0 to `len(grid)` - 1; the last factor changes fastest.

    Args:
        names: of the factors, each once.
        sizes: how many values each takes, at least 1.

    Raises:
        Refused: if names and sizes differ in number, a name occurs twice, or a size is no count.
    """

    names: tuple[str, ...]
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        names, sizes = tuple(self.names), tuple(as_counts(self.sizes, "sizes"))
        if not names or len(set(names)) != len(names) or len(names) != len(sizes):
            raise Refused(
                f"a grid has a size for each of its names, which differ. Received: names={names}, sizes={sizes}"
            )
        as_count(math.prod(sizes), "the product of sizes", maximum=2**63 - 1)
        object.__setattr__(self, "names", names)  # tuples, whatever was given
        object.__setattr__(self, "sizes", sizes)

    def __len__(self) -> int:
        return math.prod(self.sizes)

    def index_of(self, factors: ArrayLike) -> Integers:
        """Return the indices (N,) of factors (N, K), integers of any type.

        Raises:
            Refused: if the shape is another, N is 0, or a value is outside of the grid.
        """
        array = as_array(factors, "factors")
        if array.ndim != 2 or array.shape[1] != len(self.sizes):
            raise Refused(f"factors must have the shape (N, {len(self.sizes)}). Received: factors.shape={array.shape}")
        columns = [
            as_labels(column, f"factor {name!r}", num_classes=size)
            for name, size, column in zip(self.names, self.sizes, array.T, strict=True)
        ]
        return np.ravel_multi_index(columns, self.sizes).astype(np.int64)

    def factors_of(self, indices: ArrayLike) -> Integers:
        """Return the factors (N, K) of indices (N,), integers of any type.

        Raises:
            Refused: if the shape is another, N is 0, or an index is outside of the grid.
        """
        checked = as_labels(indices, "indices", num_classes=len(self))
        return np.stack(np.unravel_index(checked, self.sizes), axis=1).astype(np.int64)

    def sample(self, count: int, seed: int, purpose: str, step: int = 0) -> Integers:
        """Return factors (count, K), drawn independently and uniformly, with replacement; see `tfvae.randomness`."""
        drawn: Integers = randomness.generator(seed, purpose, step).integers(
            self.sizes, size=(as_count(count, "count"), len(self.sizes))
        )
        return drawn
