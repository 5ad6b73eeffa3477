"""Checks of arguments against their definitions, on values of every kind."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfvae.arguments import (
    as_array,
    as_codes,
    as_count,
    as_counts,
    as_labels,
    as_number,
    as_shape,
    called,
    named,
    one_of,
)
from tfvae.errors import Refused

NO_NUMBERS = [None, "3", "", True, False, np.True_, [3], (1, 2), {}, 1 + 2j, b"3", np.array([3])]


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.int8(3)], ids=repr)
def test_whole_numbers_of_any_kind_count(value):
    assert as_count(value, "steps") == 3
    assert type(as_count(value, "steps")) is int


@pytest.mark.parametrize("value", [*NO_NUMBERS, 3.0, 2.5, math.nan, math.inf, Decimal(3), Fraction(3)], ids=repr)
def test_nothing_else_counts(value):
    with pytest.raises(Refused, match=r"^steps must be at least 2 and an integer. Received: steps="):
        as_count(value, "steps", 2)


@given(st.integers(), st.integers())
def test_a_count_has_limits(value, minimum):
    if value > max(minimum - 1, 2**31 - 1):
        with pytest.raises(Refused, match=rf"^n must be at most 2147483647. .* n={value}$"):
            as_count(value, "n", minimum)
    elif value >= minimum:
        assert as_count(value, "n", minimum) == value
    else:
        with pytest.raises(Refused, match=rf"^n must be at least {minimum} .* n={value}$"):
            as_count(value, "n", minimum)


@given(
    st.floats() | st.integers(-3, 3) | st.sampled_from([np.float32(0.5), np.int16(1), Fraction(1, 2)]),
    st.sampled_from([-1.0, 0.0, 0.5]),
    st.sampled_from([0.5, 1.0, 2.0, math.inf]),
    st.sampled_from("[("),
    st.sampled_from(")]"),
)
def test_a_number_lies_in_its_interval(value, low, high, left, right):
    above = value > low or (left == "[" and value == low)
    below = value < high or (right == "]" and value == high)
    if above and below:
        assert as_number(value, "x", f"{left}{low}, {high}{right}") == value
    else:
        with pytest.raises(Refused, match=r"^x must be a number in .*Received: x="):
            as_number(value, "x", f"{left}{low}, {high}{right}")


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(Refused, match=r"^x must be a number in \(-inf, inf\)"):
        as_number(value, "x", "(-inf, inf)")


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1, 1), (28, 0, 1), (28, 28.0, 1), (28, -1, 1)], ids=repr)
def test_three_counts_are_a_shape(shape):
    assert as_shape([27, np.int64(31), 3]) == (27, 31, 3)
    with pytest.raises(Refused, match="image_shape"):
        as_shape(shape)


def test_names_are_known():
    assert one_of("mlp", {"mlp": 1, "cnn": 2}, "network") == "mlp"
    for value in ("rnn", "", None, [], {}, 3):
        with pytest.raises(Refused, match=r"^Unknown network. Received: .*; known are mlp, cnn$"):
            one_of(value, {"mlp": 1, "cnn": 2}, "network")


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "u4", "i8", "u8"])
def test_labels_may_have_any_type_of_integers(dtype):
    labels = as_labels(np.array([0, 2, 1], dtype), count=3, num_classes=3)
    assert labels.dtype == np.int64 and labels.tolist() == [0, 2, 1]
    assert as_labels([0, 2, 1]).tolist() == [0, 2, 1]


BAD_LABELS = {
    "floats": [0.0, 1.0, 2.0],
    "booleans": [True, False, True],
    "text": ["0", "1", "2"],
    "objects": np.array([0, 1, None]),
    "one more": [0, 1, 2, 0],
    "one fewer": [0, 1],
    "none": [],
    "a number": 1,
    "columns": [[0], [1], [2]],
    "too large": [0, 1, 3],
    "huge": [0, 1, 2**63],
    "negative": [0, 1, -1],
}


@pytest.mark.parametrize("labels", BAD_LABELS.values(), ids=BAD_LABELS)
def test_labels_of_no_class_are_refused(labels):
    with pytest.raises(Refused, match=r"^classes must be .*Received: ") as caught:
        as_labels(labels, "classes", count=3, num_classes=3)
    assert "\n" not in str(caught.value)


def test_plain_data_has_the_names_that_are_needed():
    def function(one, two=2):
        return one, two

    assert called(function, {"one": 1}, "A thing") == (1, 2)
    assert called(function, {"one": 1, "two": 3}, "A thing") == (1, 3)
    for values, fault in (
        ({}, "without 'one'"),
        ({"one": 1, "tow": 2}, "with 'tow'"),
        ({"x": 1}, "'one' and with 'x'"),
    ):
        with pytest.raises(Refused, match=f"^A thing has the names one, two. Received: one .*{fault}$"):
            called(function, values, "A thing")
    named({"a": 1, "c": 2}, "It", ("a",), ("b", "c"))


@pytest.mark.parametrize("values", [np.ma.array([1, 2], mask=[False, True]), [[1, 2], [3]]], ids=["masked", "ragged"])
def test_hidden_values_and_ragged_rows_are_no_array(values):
    with pytest.raises(Refused, match=r"^x must .*Received: "):
        as_array(values, "x")


@pytest.mark.parametrize("values", [None, 3, "12", {1: 2}, [2, 0], [2.5], (1, True)], ids=repr)
def test_sizes_are_a_list_of_counts(values):
    assert as_counts((np.int64(2), 3), "sizes") == [2, 3]
    with pytest.raises(Refused, match="sizes"):
        as_counts(values, "sizes")


@pytest.mark.parametrize("codes", [[[0, 1]], [[[0, 3]]], [[[0, 1, 2]]], [[[0.0, 1.0]]], [[[-1, 0]]], None], ids=repr)
def test_codes_are_grids_of_what_the_book_holds(codes):
    assert as_codes([[[0, 2]]], 3, (1, 2)).tolist() == [[[0, 2]]]
    with pytest.raises(Refused, match=r"^codes must .*Received: "):
        as_codes(codes, 3, (1, 2))


def test_a_number_of_hundreds_of_digits_is_none():
    with pytest.raises(Refused, match=r"^x must be a number"):
        as_number(10**400, "x", "[0, inf)")
