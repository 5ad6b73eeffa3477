"""Checks of arguments, one for each kind: a count, a number, a name, labels, plain data; messages show its `name`."""

import inspect
import operator
from collections.abc import Callable, Collection, Mapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused


def as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return an array, without a copy when it already is one.

    Raises:
        Refused: if its rows differ in length, or some of its values are masked, which would count as if they were not.
    """
    if np.ma.isMaskedArray(values):
        raise Refused(f"{name} must not be masked: fill or leave out what is. Received: a masked array")
    try:
        return np.asarray(values)
    except ValueError as error:
        raise Refused(f"{name} must be an array whose rows are of one length. Received: {error}") from error


def as_count(value: Any, name: str, minimum: int = 1, maximum: int = 2**31 - 1) -> int:
    """Return a whole number of any kind as an int; a compiled loop counts in 32 bits.

    Raises:
        Refused: if it is not an integer, of Python or NumPy, or outside of the limits; True is no number.
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = minimum - 1
    if count < minimum or isinstance(value, bool | np.bool_):
        raise Refused(f"{name} must be at least {minimum} and an integer. Received: {name}={value!r}")
    if count > maximum:
        raise Refused(f"{name} must be at most {maximum}. Received: {name}={value!r}")
    return count


def as_number(value: Any, name: str, interval: str) -> float:
    """Return a real number in an interval, written as "[0, inf)", as a float.

    Raises:
        Refused: if it is no real number, NaN, or outside.
    """
    low, high = map(float, interval[1:-1].split(","))
    try:
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else np.nan
    except OverflowError:  # an integer of hundreds of digits
        number = np.nan
    is_excluded = (number == low and interval[0] == "(") or (number == high and interval[-1] == ")")
    if not low <= number <= high or is_excluded:
        raise Refused(f"{name} must be a number in {interval}. Received: {name}={value!r}")
    return number


def as_counts(values: Any, name: str) -> list[int]:
    """Return whole numbers of at least 1, such as the sizes of layers, as a list.

    Raises:
        Refused: if they are no list or tuple, or one is another.
    """
    if not isinstance(values, list | tuple | np.ndarray):
        raise Refused(f"{name} must be a list of whole numbers. Received: {name}={values!r}")
    return [as_count(value, f"each of {name}") for value in values]


def as_shape(shape: Any) -> tuple[int, int, int]:
    """Return the shape (H, W, C) of an image.

    Raises:
        Refused: if it is not three counts.
    """
    sizes = as_counts(shape, "image_shape")
    if len(sizes) != 3:
        raise Refused(f"image_shape must be height, width and channels. Received: {shape}")
    return sizes[0], sizes[1], sizes[2]


def as_pair(values: Any, name: str) -> tuple[Any, Any]:
    """Return two values.

    Raises:
        Refused: if there are more or fewer.
    """
    if not isinstance(values, list | tuple) or len(values) != 2:
        raise Refused(f"{name} must be two numbers. Received: {name}={values!r}")
    return values[0], values[1]


def one_of(value: Any, known: Collection[Any], kind: str) -> Any:
    """Return a value that is among the known ones of its kind.

    Raises:
        Refused: if it is not.
    """
    if not isinstance(value, str | int | None) or value not in list(known):
        raise Refused(f"Unknown {kind}. Received: {value!r}; known are {', '.join(map(str, known))}")
    return value


def as_labels(
    labels: ArrayLike, name: str = "labels", *, count: int | None = None, num_classes: int | None = None
) -> NDArray[np.integer[Any]]:
    """Return labels (N,), N at least 1, integers of any type: with `num_classes` as int64, without as they are.

    Args:
        labels: checked.
        name: stands for them in messages.
        count: the N that they must have; None for any.
        num_classes: K, where they must be from 0 to K - 1.

    Raises:
        Refused: if they are not as described.
    """
    array = as_array(labels, name)
    if array.shape != (array.size if count is None else count,) or array.size == 0 or array.dtype.kind not in "iu":
        raise Refused(
            f"{name} must be a vector of {'' if count is None else f'{count} '}integers, at least one. "
            f"Received: {name}.shape={array.shape}, {name}.dtype={array.dtype}"
        )
    if num_classes is None:
        return array
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= num_classes:
        raise Refused(f"{name} must be from 0 to {num_classes - 1}. Received: values from {low} to {high}")
    return array.astype(np.int64)


def as_codes(codes: ArrayLike, num_codes: int, grid: tuple[int, ...] | None = None) -> NDArray[np.int32]:
    """Return grids of codes (N, h, w), N at least 1, integers from 0 to num_codes - 1; `grid` is the (h, w) wanted.

    Raises:
        Refused: if they are not as described.
    """
    array = as_array(codes, "codes")
    if array.ndim != 3 or (grid is not None and array.shape[1:] != tuple(grid)):
        wanted = "h, w" if grid is None else ", ".join(map(str, grid))
        raise Refused(f"codes must have the shape (N, {wanted}). Received: codes.shape={array.shape}")
    return as_labels(array.ravel(), "codes", num_classes=num_codes).reshape(array.shape).astype(np.int32)


def named(values: Mapping[str, Any], what: str, needed: Collection[str], optional: Collection[str] = ()) -> None:
    """Check that plain data hold every name that is needed, and no other but optional ones.

    Raises:
        Refused: if one is missing or unknown.
    """
    if not isinstance(values, Mapping):
        raise Refused(f"{what} has the names {', '.join([*needed, *optional])}. Received: {values!r}")
    missing, unknown = set(needed) - set(values), set(values) - set(needed) - set(optional)
    if missing or unknown:
        lists = ((verb, ", ".join(sorted(map(repr, some)))) for verb, some in (("without", missing), ("with", unknown)))
        faults = " and ".join(f"{verb} {names}" for verb, names in lists if names)
        raise Refused(f"{what} has the names {', '.join([*needed, *optional])}. Received: one {faults}")


def called(function: Callable[..., Any], values: Mapping[str, Any], what: str) -> Any:
    """Return what a function or a class makes of plain data as its keyword arguments; see `named`."""
    parameters = inspect.signature(function).parameters.values()
    needed = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
    named(values, what, needed, [parameter.name for parameter in parameters if parameter.name not in needed])
    return function(**values)
