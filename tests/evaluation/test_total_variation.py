"""Both distances between class frequencies, with class 0 counted like any other."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfvae.evaluation import max_class_gap, total_variation_distance

# How often each digit occurs in the test set of MNIST.
MNIST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=30)
BOTH = pytest.mark.parametrize("distance", [total_variation_distance, max_class_gap])


def frequencies(labels):
    return [Fraction(labels.count(c), len(labels)) for c in range(5)]


def subsets(items):
    return [[c for c in items if mask >> c & 1] for mask in range(2 ** len(items))]


@given(LABELS, LABELS)
def test_any_labels_against_exact_fractions(first, second):
    p, q = frequencies(first), frequencies(second)
    gaps = [abs(a - b) for a, b in zip(p, q, strict=True)]
    total, gap = total_variation_distance(first, second, 5), max_class_gap(first, second, 5)
    assert total == float(sum(gaps) / 2)
    assert gap == float(max(gaps))
    assert 0 <= gap <= total <= 1
    # The definition of the total variation distance: the largest difference over all sets of classes.
    assert total == float(max(sum(p[c] - q[c] for c in chosen) for chosen in subsets(range(5))))


@settings(max_examples=200)
@given(*(st.lists(st.integers(0, 99), min_size=1, max_size=200) for _ in range(2)), st.sampled_from(["u1", "i4", "i8"]))
def test_any_labels_against_counters(first, second, dtype):
    p, q = ({c: Fraction(n, len(labels)) for c, n in Counter(labels).items()} for labels in (first, second))
    gaps = [abs(p.get(c, 0) - q.get(c, 0)) for c in p.keys() | q.keys()]
    arrays = np.array(first, dtype), np.array(second, dtype)
    assert total_variation_distance(*arrays, 100) == float(sum(gaps) / 2)
    assert max_class_gap(*arrays, 100) == float(max(gaps))


@given(LABELS, LABELS)
def test_symmetric_and_a_function_of_frequencies(first, second):
    for distance in (total_variation_distance, max_class_gap):
        value = distance(first, second, 5)
        assert distance(second, first, 5) == value
        assert distance(sorted(first) * 3, second, 5) == value
        assert distance(first, first[::-1], 5) == 0.0


@BOTH
def test_class_zero_counts(distance):
    """A model that only draws zeros is .902 away from the test set of MNIST; without class 0 it would seem .1135."""
    labels = np.repeat(np.arange(10, dtype=np.uint8), MNIST_COUNTS)
    zeros = np.zeros(10_000, np.uint8)
    assert distance(zeros, labels, 10) == 0.902
    assert distance([0, 0, 0], [1, 1], 2) == 1.0


def test_the_two_forms_differ():
    first, second = [0, 1, 2, 3], [0, 0, 1, 1]
    assert total_variation_distance(first, second, 4) == 0.5
    assert max_class_gap(first, second, 4) == 0.25


@BOTH
def test_disjoint_classes(distance):
    assert distance([0] * 7, [3] * 9, 4) == 1.0
    assert total_variation_distance([0, 1, 1], [2, 3, 4, 4, 4, 2, 2], 5) == 1.0


def test_noise_floor_of_two_halves():
    """Of 10,000 labels each: half-L1 about .0119, largest gap about .0056 for ten equal classes."""
    rng = np.random.default_rng(0)
    pairs = [(rng.integers(10, size=10_000), rng.integers(10, size=10_000)) for _ in range(200)]
    # Each gap is normal with variance 2 (1/10) (9/10) / 10,000, whose mean absolute value is sqrt(2/pi) of its SD.
    expected = 5 * np.sqrt(2 / np.pi) * np.sqrt(2 * 0.09 / 10_000)
    assert np.mean([total_variation_distance(*pair, 10) for pair in pairs]) == pytest.approx(expected, rel=0.05)


@BOTH
@pytest.mark.parametrize(
    "first, second, num_classes, message",
    [
        pytest.param([0, 5], [0], 5, "labels_1 must be from 0 to 4. Received: values from 0 to 5", id="too high"),
        pytest.param([0], [-1, 2], 5, "labels_2 must be from 0 to 4. Received: values from -1 to 2", id="negative"),
        pytest.param([], [0], 5, "at least one", id="empty"),
        pytest.param([[0]], [0], 5, "vector", id="matrix"),
        pytest.param([0.0], [0], 5, "integers", id="float"),
        pytest.param([0], [0], 0, "num_classes must be at least 1", id="no classes"),
        pytest.param([0], [0], 10**9, "num_classes must be at most 1000000", id="too many classes"),
    ],
)
def test_refuses_bad_labels(distance, first, second, num_classes, message):
    with pytest.raises(ValueError, match=message):
        distance(first, second, num_classes)


@BOTH
def test_large_sets_of_small_integers_do_not_overflow(distance):
    first, second = np.zeros(100_000, np.uint8), np.ones(100_000, np.uint8)
    assert distance(first, second, 2) == 1.0
