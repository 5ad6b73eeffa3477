"""Batches of arrays, so that memory stays bounded and a compiled function sees at most two sizes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.arguments import as_count
from tfvae.backend import tf

BATCH = 500


def batches(count: int) -> list[slice]:
    """Return the slices of `BATCH` rows, the last one shorter, that `count` rows are cut into; none is refused."""
    count = as_count(count, "count")
    return [slice(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]


def in_batches(function: Callable[..., Any], *arrays: NDArray[Any]) -> Any:
    """Return the results of `function`, one array or a tuple of them, joined over `batches` of equally long arrays."""
    parts = [function(*(tf.constant(array[rows]) for array in arrays)) for rows in batches(len(arrays[0]))]
    return tf.nest.map_structure(lambda *values: np.concatenate(values), *parts)
