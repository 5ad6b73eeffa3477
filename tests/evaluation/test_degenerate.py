"""Input without spread, without enough samples or far from 1: what each metric is there, by its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.hostile import outcome
from tfvae.evaluation import (
    active_units,
    fid,
    frechet_distance,
    gaussian_statistics,
    inception_score,
    is_consistent,
    kid,
    kid_subsets,
    kl_per_dimension,
    linear_probe_accuracy,
    mann_kendall_decreasing,
    max_class_gap,
    neighbour_errors,
    pareto_front,
    precision_recall_density_coverage,
    silhouettes,
    summarize,
    total_variation_distance,
)

PAIRS = [fid, kid, kid_subsets, lambda x, y: precision_recall_density_coverage(x, y, k=1)]
OF_TWO_SETS = pytest.mark.parametrize("metric", PAIRS, ids=["fid", "kid", "kid_subsets", "precision_recall"])
NOTHING_INSIDE = {"precision": 0.0, "recall": 0.0, "density": 0.0, "coverage": 0.0}


def normal(seed, n=40, d=5):
    return np.random.default_rng(seed).normal(size=(n, d))


@settings(max_examples=100)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_two_sets_of_equal_features(n, m, d, a, b):
    """Without covariances FID is the distance of the means; KID is k(a, a) + k(b, b) - 2 k(a, b)."""
    x, y = np.full((n, d), a), np.full((m, d), b)
    assert np.sqrt(outcome(fid, x, y)) == pytest.approx(np.sqrt(d) * abs(a - b), abs=1e-13)
    expected = (a * a + 1) ** 3 + (b * b + 1) ** 3 - 2 * (a * b + 1) ** 3
    rounding = 1e-12 * (a * a + b * b + 1) ** 3
    assert outcome(kid, x, y) == pytest.approx(expected, abs=rounding)
    assert outcome(kid_subsets, x, y, subsets=3, size=2) == pytest.approx((expected, 0.0), abs=rounding)
    np.testing.assert_allclose(gaussian_statistics(x)[1], 0, atol=1e-29)
    # Every radius is 0, and no distance is smaller; also not where a = b.
    assert outcome(precision_recall_density_coverage, x, y, k=1) == NOTHING_INSIDE


def test_dead_features_change_nothing_but_their_number():
    x, y = normal(0), normal(1) + 0.3
    wide = [np.hstack([z, np.zeros((40, 15))]) for z in (x, y)]
    assert outcome(fid, *wide) == pytest.approx(fid(x, y), rel=1e-12)
    assert outcome(precision_recall_density_coverage, *wide) == precision_recall_density_coverage(x, y)
    # KID's kernel divides x.y by the number of features, which is 4 times as large: as if features were halved.
    assert outcome(kid, *wide) == pytest.approx(kid(x / 2, y / 2), rel=1e-12)


@OF_TWO_SETS
@pytest.mark.parametrize("n", [0, 1])
def test_one_sample_has_no_spread(metric, n):
    for sets in ((normal(0, n), normal(1)), (normal(0), normal(1, n))):
        with pytest.raises(ValueError, match=rf"must hold at least 2 samples\. Received: \w+\.shape=\({n}, 5\)"):
            metric(*sets)


@OF_TWO_SETS
@pytest.mark.parametrize(
    ("value", "message"),
    [(np.nan, "1 NaN or infinite"), (-np.inf, "1 NaN or infinite"), (1.1e20, r"must lie between -1e\+20 and 1e\+20")],
)
def test_one_value_that_is_no_feature(metric, value, message):
    x = normal(0)
    x[3, 1] = value
    for sets in ((x, normal(1)), (normal(1), x)):
        with pytest.raises(ValueError, match=message):
            metric(*sets)


@OF_TWO_SETS
@pytest.mark.parametrize("scale", [1e-300, 1e-170, 1e20])
def test_features_of_any_size_have_a_value(metric, scale):
    x, y = (scale * np.tanh(normal(seed)) for seed in (0, 1))
    assert not isinstance(outcome(metric, x, y), ValueError)


@settings(max_examples=50)
@given(st.integers(-1000, 60))
def test_what_depends_on_no_scale_does_so_to_the_last_digit(exponent):
    """Squares of distances of 1e-300 are 0."""
    x, y, labels, scale = np.tanh(normal(0)), np.tanh(normal(1)), np.arange(40) % 3, 2.0**exponent
    assert precision_recall_density_coverage(x * scale, y * scale) == precision_recall_density_coverage(x, y)
    np.testing.assert_array_equal(silhouettes(x * scale, labels).values, silhouettes(x, labels).values)
    assert neighbour_errors(x * scale, labels) == neighbour_errors(x, labels)


@pytest.mark.parametrize("k", [5, 6, 100])
def test_there_is_no_kth_neighbour_among_k_points(k):
    with pytest.raises(ValueError, match=f"real must hold at least {k + 1} samples"):
        precision_recall_density_coverage(normal(0, 5), normal(1, 200), k)
    with pytest.raises(ValueError, match=f"latents must hold at least {k + 1} samples"):
        neighbour_errors(normal(0, 5), [0, 0, 0, 1, 1], [1, k])
    assert set(precision_recall_density_coverage(normal(0, k + 1), normal(0, k + 1), k).values()) == {1.0}


@pytest.mark.parametrize("k", [0, -1, 2.0, np.nan, None])
def test_a_number_of_neighbours_is_a_count(k):
    for call in (
        lambda: precision_recall_density_coverage(normal(0), normal(1), k),
        lambda: neighbour_errors(normal(0), np.arange(40) % 2, [3, k]),
    ):
        with pytest.raises(ValueError, match=r"must be at least 1 and an integer\. Received: ks?="):
            call()


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -1e10, 1e20])
def test_equal_latents_are_near_to_no_class(value):
    """Distances of x.x - 2 x.y + y.y would be rounding errors, and their ratios anything."""
    latents, labels = np.full((30, 7), value), np.arange(30) % 3
    found = outcome(silhouettes, latents, labels)
    np.testing.assert_array_equal(found.values, np.zeros(30))
    assert found.score == 0
    assert found.per_class == {0: 0.0, 1: 0.0, 2: 0.0}
    assert not outcome(active_units, latents, 0.0).any()
    # The probe has the frequencies of the classes to go by.
    rare = (np.arange(30) == 4).astype(int)
    assert outcome(linear_probe_accuracy, latents, rare, latents, rare) == 29 / 30


def test_latents_far_from_the_origin_are_as_near_to_each_other():
    x, labels = normal(0, 60, 20), np.arange(60) % 3
    np.testing.assert_allclose(silhouettes(x + 1e8, labels).values, silhouettes(x, labels).values, atol=1e-6)
    assert neighbour_errors(x + 1e8, labels) == neighbour_errors(x, labels)


@settings(max_examples=200)
@given(arrays(np.float64, (9, 2), elements=st.integers(0, 3).map(float)), st.permutations([0, 0, 0, 1, 1, 1, 1, 2, 7]))
def test_silhouettes_of_copies(points, labels):
    """Few points of a grid, so that latents lie on each other, within and across classes, of one of which are two."""
    found = outcome(silhouettes, points, labels).values
    for i, label in enumerate(labels):
        distances = {name: [] for name in set(labels)}
        for j in set(range(9)) - {i}:
            distances[labels[j]].append(np.hypot(*(points[i] - points[j])))
        if not distances[label]:
            assert found[i] == 0
            continue
        a, b = np.mean(distances.pop(label)), min(np.mean(others) for others in distances.values())
        assert found[i] == pytest.approx((b - a) / max(a, b) if max(a, b) > 0 else 0.0, abs=1e-12)


def test_one_class_alone():
    x, labels = normal(0), np.full(40, 3)
    assert neighbour_errors(x, labels) == {3: 0.0, 5: 0.0, 10: 0.0}
    assert total_variation_distance(labels, labels[:7], 10) == max_class_gap(labels, labels[:7], 10) == 0
    assert total_variation_distance(labels, [4], 10) == max_class_gap(labels, [4], 10) == 1
    assert total_variation_distance([0, 0], [0], 1) == 0
    assert inception_score(np.eye(10)[labels]) == inception_score(np.ones((40, 1))) == 1
    for call in (lambda: silhouettes(x, labels), lambda: linear_probe_accuracy(x, labels, x, labels)):
        with pytest.raises(ValueError, match="at least two classes"):
            call()


def test_labels_of_any_integer_keep_their_names():
    large = np.array([2**64 - 1, 2**63, 2**64 - 1, 2**63], np.uint64)
    assert silhouettes(normal(0, 4), large).per_class.keys() == {2**64 - 1, 2**63}
    assert neighbour_errors([[0.0], [1.0], [0.1], [1.1]], large, [1]) == {1: 0.0}
    with pytest.raises(ValueError, match=f"Received: values from {2**63} to {2**64 - 1}"):
        total_variation_distance([0], large, 10)


@pytest.mark.parametrize("classes", [0, -3, 10.0, np.nan, "10"])
def test_a_number_of_classes_is_a_count(classes):
    with pytest.raises(ValueError, match=r"num_classes must be at least 1 and an integer\. Received: num_classes="):
        max_class_gap([0], [0], classes)


def test_variances_whose_exponential_overflows():
    assert np.isfinite(outcome(kl_per_dimension, [[0.0]], [[700.0]])).all()
    np.testing.assert_array_equal(kl_per_dimension([[0.0]], [[-1e20]]), [0.5 * 1e20])
    with pytest.raises(ValueError, match=r"log_variances must be at most 700.*Received: 700\.1"):
        kl_per_dimension([[0.0]], [[700.1]])


@pytest.mark.parametrize("n", [2, 5, 60])
@pytest.mark.parametrize("value", [0.0, 0.1, 1e100])
def test_a_constant_metric_has_no_trend(n, value):
    assert outcome(mann_kendall_decreasing, [value] * n) == (0, 1.0)
    assert outcome(is_consistent, [[value] * n] * 3, 0.0) is False


def test_trends_between_the_largest_numbers():
    assert outcome(mann_kendall_decreasing, np.linspace(1e100, -1e100, 5)) == (-10, 1 / 120)
    assert outcome(is_consistent, [np.linspace(1e100, -1e100, 5)] * 3, 0.6e100) is True
    assert outcome(is_consistent, [np.linspace(1e100, -1e100, 5)] * 3, 0.7e100) is False


@settings(max_examples=100)
@given(arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(1, 3)), elements=st.integers(0, 3).map(float)))
def test_an_objective_that_is_equal_for_all_decides_nothing(costs):
    wide = np.hstack([costs, np.full((len(costs), 1), 0.1)])
    np.testing.assert_array_equal(pareto_front(wide), pareto_front(costs))
    np.testing.assert_array_equal(pareto_front(wide[:, -1:]), np.arange(len(costs)))


@settings(max_examples=100)
@given(st.floats(-1e100, 1e100), st.integers(1, 9))
def test_equal_values_have_their_mean_and_no_deviation(value, n):
    assert outcome(summarize, [value] * n) == {
        "mean": value,
        "sd": 0.0 if n > 1 else None,
        "n": n,
        "values": [value] * n,
    }


def test_gaussians_without_spread_and_as_far_apart_as_allowed():
    zero = np.zeros((2, 2))
    assert outcome(frechet_distance, [1.0, 2.0], zero, [4.0, -2.0], zero) == 25
    assert outcome(frechet_distance, [1e100], [[1e100]], [-1e100], [[0.0]]) == pytest.approx(4e200)
    assert outcome(frechet_distance, [0.0], [[1e-320]], [0.0], [[0.0]]) == 1e-320
    for mean, covariance in (([1e101], [[1.0]]), ([0.0], [[1e101]])):
        with pytest.raises(ValueError, match=r"(mean|cov)_1 must lie between -1e\+100 and 1e\+100"):
            frechet_distance(mean, covariance, [0.0], [[1.0]])
