"""Input that no one should give, and what a function may make of it: a finite number, or one ValueError."""

import dataclasses
import warnings
from collections.abc import Mapping

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

EXTREME = [0.0, -0.0, 0.1, 1.0, 1e20, -1e31, 1e40, 1e100, -1e200, 1.7e308, 5e-324, 1e-170]


def hostile_arrays(*shapes, dtypes=("f8", "f4", "i8", "u1")):
    """Return arrays of mostly the given shapes whose values are ordinary, equal, extreme, or anything that fits."""
    fitting = st.sampled_from(shapes)
    shape = fitting | fitting | st.lists(st.integers(0, 4), max_size=3).map(tuple)
    return shape.flatmap(lambda shape: st.sampled_from(dtypes).flatmap(lambda dtype: _arrays(dtype, shape)))


def _arrays(dtype, shape):
    if np.dtype(dtype).kind in "iu":
        return arrays(dtype, shape, elements={"min_value": 0, "max_value": 3}) | arrays(dtype, shape)
    ordinary, extreme = st.floats(-4, 4, width=16), st.sampled_from(EXTREME)
    kinds = [ordinary, st.sampled_from([0.1, 7.0]), extreme, ordinary | extreme, st.floats()]
    return st.sampled_from(kinds).flatmap(lambda kind: arrays("f8", shape, elements=kind)).map(lambda x: _as(x, dtype))


def _as(array, dtype):
    with np.errstate(over="ignore"):
        return array.astype(dtype)


def outcome(function, *arguments, **options):
    """Return what a function returns, or its ValueError; a numerical warning fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return function(*arguments, **options)
        except ValueError as error:
            assert "Received" in str(error), error
            return error


def is_number_or_refusal(result, infinite=False):
    """Tell whether a result is a ValueError, or holds no NaN, and nothing infinite unless that is allowed."""
    if isinstance(result, ValueError):
        return True
    if dataclasses.is_dataclass(result):
        result = [getattr(result, field.name) for field in dataclasses.fields(result) if field.name != "dtype"]
    if isinstance(result, Mapping):
        result = list(result.values())
    if isinstance(result, (tuple, list)):
        return all(is_number_or_refusal(part, infinite) for part in result)
    return result is None or not (np.isnan(result) if infinite else ~np.isfinite(result)).any()
