"""Samples that scores are computed from: codes with their factors, checked, or codes of factors that are drawn."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae import randomness
from tfvae.arguments import as_array, as_counts, as_labels
from tfvae.errors import Refused
from tfvae.evaluation.features import as_features

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Represent = Callable[[Integers], ArrayLike]

_MOST_VALUES = 2**31
_BLOCK = 128  # draws that are encoded at a time


def as_sample(codes: ArrayLike, factors: ArrayLike, kind: str = "") -> tuple[Floats, Integers]:
    """Return codes (N, D) as float64 and factors (N, K) as int64; messages call them `kind`codes and `kind`factors.

    Raises:
        Refused: if the shapes are others, there are fewer than two samples, dimensions or factors, a code is not finite
            or beyond 1e20, or a factor is no integer from 0 or has one value alone.
    """
    z, array = as_features(codes, f"{kind}codes"), as_array(factors, f"{kind}factors")
    if array.ndim != 2 or len(array) != len(z):
        raise Refused(
            f"{kind}factors must have the shape ({len(z)}, factors), a row for each of {kind}codes. "
            f"Received: {kind}factors.shape={array.shape}"
        )
    if z.shape[1] < 2 or array.shape[1] < 2:
        raise Refused(
            f"disentanglement compares two dimensions or more, and two factors or more. "
            f"Received: {kind}codes.shape={z.shape}, {kind}factors.shape={array.shape}"
        )
    columns = [as_labels(column, f"{kind}factors", num_classes=_MOST_VALUES) for column in array.T]
    for number, column in enumerate(columns):
        if (column == column[0]).all():
            raise Refused(
                f"each factor must take two values or more: leave out what never changes. "
                f"Received: {kind}factors[:, {number}] all {column[0]}"
            )
    return z, np.stack(columns, axis=1)


def as_samples(
    train_codes: ArrayLike, train_factors: ArrayLike, test_codes: ArrayLike, test_factors: ArrayLike
) -> tuple[Floats, Integers, Floats, Integers]:
    """Return two samples, see `as_sample`, of the same dimensions and factors.

    Raises:
        Refused: if one is not as described there, or they differ in these.
    """
    train, test = as_sample(train_codes, train_factors, "train_"), as_sample(test_codes, test_factors, "test_")
    for name, first, second in zip(("codes", "factors"), train, test, strict=True):
        if first.shape[1] != second.shape[1]:
            raise Refused(
                f"train_{name} and test_{name} must have as many columns. "
                f"Received: train_{name}.shape={first.shape}, test_{name}.shape={second.shape}"
            )
    return *train, *test


def as_sizes(sizes: Sequence[int]) -> list[int]:
    """Return the numbers of values of factors.

    Raises:
        Refused: if they are not two counts or more, each at least 2.
    """
    counts = as_counts(sizes, "sizes")
    if len(counts) < 2 or min(counts) < 2:
        raise Refused(f"sizes must be those of two factors or more, each at least 2. Received: sizes={counts}")
    return counts


def interventions(
    sizes: Sequence[int], count: int, each: int, seed: int, purpose: str
) -> Iterator[tuple[Integers, Integers]]:
    """Yield `count` draws in blocks: which factor of each is fixed (B,), and `each` rows of factors (B, each, K).

    Nothing is fixed yet: the rows are independent and uniform. A draw is a function of the seed, the purpose and its
    number, not of the count.
    """
    for step, start in enumerate(range(0, count, _BLOCK)):
        generator = randomness.generator(seed, purpose, step)
        fixed, factors = (
            generator.integers(len(sizes), size=_BLOCK),
            generator.integers(sizes, size=(_BLOCK, each, len(sizes))),
        )
        rows = slice(min(_BLOCK, count - start))
        yield fixed[rows], factors[rows]


def encoded(represent: Represent, factors: Integers) -> Floats:
    """Return the codes (..., D) of factors (..., K).

    Raises:
        Refused: if the function returns anything but finite codes (N, D) of the N rows that it is given.
    """
    rows = factors.reshape(-1, factors.shape[-1])
    codes = as_features(represent(rows), "codes", minimum=1)
    if len(codes) != len(rows):
        raise Refused(f"represent must return a row for each of {len(rows)}. Received: codes.shape={codes.shape}")
    return codes.reshape(*factors.shape[:-1], codes.shape[1])
