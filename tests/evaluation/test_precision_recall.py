"""Precision, recall, density and coverage against their definitions, bounds and expectations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tfvae.evaluation import precision_recall, precision_recall_density_coverage

KEYS = {"precision", "recall", "density", "coverage"}
# Integer coordinates: distances are exact, so ties and the strict comparison are the same in both computations.
POINTS = arrays(np.float64, st.tuples(st.integers(4, 12), st.just(2)), elements=st.integers(-5, 5).map(float))


def normal(seed, n, d=8, mean=0.0):
    return np.random.default_rng(seed).standard_normal((n, d)) + mean


def brute_force(real, generated, k):
    def distance(a, b):
        return sum((i - j) ** 2 for i, j in zip(a, b, strict=True))

    def radius(points, i):
        return sorted(distance(points[i], points[j]) for j in range(len(points)) if j != i)[k - 1]

    n, m = len(real), len(generated)
    r = [radius(real, i) for i in range(n)]
    s = [radius(generated, j) for j in range(m)]
    d = [[distance(x, y) for y in generated] for x in real]
    return {
        "precision": sum(any(d[i][j] < r[i] for i in range(n)) for j in range(m)) / m,
        "recall": sum(any(d[i][j] < s[j] for j in range(m)) for i in range(n)) / n,
        "density": sum(d[i][j] < r[i] for i in range(n) for j in range(m)) / (k * m),
        "coverage": sum(any(d[i][j] < r[i] for j in range(m)) for i in range(n)) / n,
    }


@settings(max_examples=200)
@given(POINTS, POINTS, st.integers(1, 3))
def test_any_small_sets(real, generated, k):
    expected = brute_force(real.tolist(), generated.tolist(), k)
    assert precision_recall_density_coverage(real, generated, k) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("entries", [1, 100, 1000])
def test_blocks_do_not_change_the_values(monkeypatch, entries):
    real, generated = normal(0, 40), normal(1, 30, mean=0.3)
    monkeypatch.setattr(precision_recall, "ENTRIES", entries)
    expected = brute_force(real.tolist(), generated.tolist(), 5)
    assert precision_recall_density_coverage(real, generated) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "n, d, k, entries, dtype",
    [
        pytest.param(500, 64, 5, 2**22, np.float64, id="one block"),
        pytest.param(500, 64, 5, 2**22, np.float32, id="one block, float32"),
        pytest.param(500, 64, 5, 30_011, np.float64, id="uneven blocks"),
        pytest.param(500, 64, 5, 30_011, np.float32, id="uneven blocks, float32"),
        pytest.param(6, 3, 5, 7, np.float64, id="smallest set"),
        pytest.param(100, 1, 1, 64, np.float64, id="a line"),
    ],
)
def test_equal_sets_give_exactly_one(monkeypatch, n, d, k, entries, dtype):
    """Far from the origin, where distances by x.x - 2 x.y + y.y would not agree to the last bit."""
    monkeypatch.setattr(precision_recall, "ENTRIES", entries)
    x = (1000 + normal(0, n, d)).astype(dtype)
    shuffled = np.random.default_rng(1).permutation(x)
    assert precision_recall_density_coverage(x, shuffled, k) == dict.fromkeys(KEYS, 1.0)


def test_far_sets_give_exactly_zero():
    assert precision_recall_density_coverage(normal(0, 50), normal(1, 60, mean=1e3)) == dict.fromkeys(KEYS, 0.0)


def test_a_collapsed_generator_is_precise_but_covers_little():
    real = normal(0, 500)
    values = precision_recall_density_coverage(real, 0.01 * normal(1, 500))
    assert values["precision"] == 1.0
    assert values["density"] > 1.0
    assert values["recall"] < 0.05
    assert values["coverage"] < 0.5


def test_expectations_for_equal_distributions():
    """E[coverage] = 1 - prod_{i <= k} (N - i) / (2 N - i), .96953 for N = 300 and k = 5; E[density] = 1."""
    n, k = 300, 5
    i = np.arange(1, k + 1)
    expected = 1 - np.prod((n - i) / (2 * n - i))
    assert expected == pytest.approx(0.96953, abs=5e-6)
    results = [precision_recall_density_coverage(normal(2 * s, n, 4), normal(2 * s + 1, n, 4), k) for s in range(60)]
    coverage, density = ([result[key] for result in results] for key in ("coverage", "density"))
    assert np.mean(coverage) == pytest.approx(expected, abs=4 * np.std(coverage) / np.sqrt(60))
    assert np.mean(density) == pytest.approx(1.0, abs=4 * np.std(density) / np.sqrt(60))


def test_the_comparison_is_strict_and_excludes_the_point_itself():
    real, generated = [[0.0], [1.0], [10.0]], [[2.0], [20.0]]
    # k = 1: the balls around 0, 1, 10 have the radii 1, 1, 9. The point 2 lies on the rim of the second ball, inside
    # the third; 20 lies outside all of them.
    values = precision_recall_density_coverage(real, generated, k=1)
    assert values == {"precision": 0.5, "recall": 1.0, "density": 0.5, "coverage": pytest.approx(1 / 3)}


def test_exchanging_the_sets_exchanges_precision_and_recall():
    real, generated = normal(0, 80), normal(1, 60, mean=0.5)
    forward = precision_recall_density_coverage(real, generated)
    backward = precision_recall_density_coverage(generated, real)
    assert forward["precision"] == backward["recall"]
    assert forward["recall"] == backward["precision"]


def test_values_are_python_floats():
    values = precision_recall_density_coverage(normal(0, 20), normal(1, 20))
    assert values.keys() == KEYS
    assert all(type(value) is float for value in values.values())


@pytest.mark.parametrize(
    "real, generated, k, message",
    [
        pytest.param(np.zeros((5, 2)), np.zeros((9, 2)), 5, "real must hold at least 6", id="few real"),
        pytest.param(np.zeros((9, 2)), np.zeros((5, 2)), 5, "generated must hold at least 6", id="few generated"),
        pytest.param(np.zeros((9, 2)), np.zeros((9, 3)), 5, "same number of dimensions", id="dimensions"),
        pytest.param(np.zeros((9, 2)), np.full((9, 2), np.inf), 5, "generated must be finite", id="infinite"),
        pytest.param(np.zeros((9, 2)), np.zeros((9, 2)), 0, "k must be at least 1", id="k"),
    ],
)
def test_refuses_bad_arguments(real, generated, k, message):
    with pytest.raises(ValueError, match=message):
        precision_recall_density_coverage(real, generated, k)
