"""Summaries over seeds: the numbers, and that they can be written as JSON."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfvae.evaluation import summarize


@settings(max_examples=200)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=10))
def test_any_values(values):
    summary = summarize(values)
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    assert summary["mean"] == float(mean)
    assert summary["sd"] == pytest.approx(math.sqrt(sum((value - mean) ** 2 for value in exact) / (len(exact) - 1)))
    assert summary["n"] == len(values)
    assert summary["values"] == values
    assert json.loads(json.dumps(summary)) == summary


def test_known_answer():
    assert summarize([1.0, 2.0, 3.0]) == {"mean": 2.0, "sd": 1.0, "n": 3, "values": [1.0, 2.0, 3.0]}


def test_one_seed_has_no_standard_deviation():
    assert summarize([4]) == {"mean": 4.0, "sd": None, "n": 1, "values": [4.0]}
    assert json.loads(json.dumps(summarize([4])))["sd"] is None


def test_numpy_numbers_become_python_ones():
    summary = summarize(np.array([1.5, 2.5], np.float32))
    types = [type(summary["mean"]), type(summary["sd"]), type(summary["n"]), *map(type, summary["values"])]
    assert types == [float, float, int, float, float]


@pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf], [[1.0, 2.0]], 3.0])
def test_refuses_bad_values(values):
    with pytest.raises(ValueError, match=r"values must be (a vector of at least one number|finite)"):
        summarize(values)
