"""Latent-space metrics against their definitions by brute force, values by hand, and expectations."""

import itertools

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from tfvae.evaluation import (
    active_units,
    classification_errors,
    kl_per_dimension,
    linear_probe_accuracy,
    neighbour_errors,
    silhouettes,
)

LINE = np.array([[0.0], [1.0], [5.0], [7.0], [20.0]])
LABELS = [3, 3, 8, 8, 8]


def clouds(seed, n=60, d=3, distance=0.0, classes=3):
    """Return n normal points, whose classes' centres are `distance` apart along the first axis, and their classes."""
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    points = generator.normal(size=(n, d))
    points[:, 0] += distance * labels
    return points, labels


def silhouette_by_hand(points, labels, i):
    def mean_distance(label):
        others = [j for j in range(len(points)) if labels[j] == label and j != i]
        return sum(np.linalg.norm(points[i] - points[j]) for j in others) / len(others)

    if list(labels).count(labels[i]) == 1:
        return 0.0
    a, b = mean_distance(labels[i]), min(mean_distance(label) for label in set(labels) - {labels[i]})
    return (b - a) / max(a, b)


def test_silhouettes_by_hand():
    """Of 0: a = 1, b = (5 + 7 + 20) / 3. Of 5: a = (2 + 15) / 2, b = 4.5. Of 20: a = 14, b = 19.5."""
    found = silhouettes(LINE, LABELS)
    assert found.values[0] == pytest.approx(1 - 3 / 32)
    assert found.values[2] == pytest.approx((4.5 - 8.5) / 8.5)
    assert found.values[4] == pytest.approx((19.5 - 14) / 19.5)
    assert found.score == pytest.approx(found.values.mean())
    assert found.per_class.keys() == {3, 8}
    assert found.per_class[8] == pytest.approx(found.values[2:].mean())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_silhouettes_follow_their_definition(dtype):
    points, labels = clouds(0, n=30, distance=1.0)
    labels = labels.copy()
    labels[7] = 9  # a class of its own
    points = points.astype(dtype)
    expected = [silhouette_by_hand(points.astype(float), labels.tolist(), i) for i in range(len(points))]
    np.testing.assert_allclose(silhouettes(points, labels).values, expected, rtol=1e-6, atol=1e-6)


def test_silhouettes_of_far_and_of_equal_classes():
    assert silhouettes(*clouds(0, distance=1e4)).score > 0.999
    assert abs(silhouettes(*clouds(0, n=900)).score) < 0.01


@given(arrays(np.float64, (9, 2), elements=st.integers(-6, 6).map(float)), st.permutations([0, 0, 0, 1, 1, 1, 2, 2, 2]))
@settings(max_examples=100)
def test_neighbour_errors_with_ties_in_the_vote(points, labels):
    """Distances are made different first: which of two equally near points is the k-th is not defined."""
    points = points + 0.01 * np.random.default_rng(0).normal(size=points.shape)
    errors = neighbour_errors(points, labels, (1, 2, 4))
    for k, error in errors.items():
        wrong = 0
        for i in range(9):
            nearest = sorted((np.linalg.norm(points[i] - points[j]), labels[j]) for j in range(9) if j != i)[:k]
            votes = [sum(label == name for _, label in nearest) for name in range(3)]
            wrong += votes.index(max(votes)) != labels[i]
        assert error == pytest.approx(wrong / 9)


def test_neighbour_errors_are_scikit_learn_s_leave_one_out():
    points, labels = clouds(1, n=90, distance=1.0)
    names = np.array([7, 2, 40])[labels]
    found = neighbour_errors(points, names)
    assert list(found) == [3, 5, 10]
    for k, error in found.items():
        predicted = cross_val_predict(KNeighborsClassifier(k), points, names, cv=LeaveOneOut())
        assert error == pytest.approx(np.mean(predicted != names))
    assert 0.1 < found[10] < 0.6


def test_classification_errors_are_scikit_learn_s():
    """Of training latents far from the origin, one of whose classes no test latent has, and the other way round."""
    (train, y), (test, v) = clouds(1, n=90, distance=1.0), clouds(2, n=40, distance=1.0)
    y, v = np.array([7, 2, 40])[y], np.array([7, 2, 9])[v]
    found = classification_errors(train + 1e8, y, test + 1e8, v)
    assert list(found) == [3, 5, 10]
    for k, error in found.items():
        assert error == pytest.approx(np.mean(KNeighborsClassifier(k).fit(train, y).predict(test) != v))
    assert 1 / 3 < found[10] < 0.8


def test_a_training_latent_classifies_its_copy():
    points, labels = clouds(0)
    assert classification_errors(points, labels, points, labels, [1]) == {1: 0.0}
    assert classification_errors(points * 1e-300, labels, points * 1e-300, labels, [1]) == {1: 0.0}
    assert classification_errors(points[:1], [3], points, np.full(60, 3), [1]) == {1: 0.0}


def test_copies_do_not_vote_for_themselves():
    """Every point lies on one of another class, which a point counted as its own neighbour would hide."""
    points = np.repeat(10.0 * np.arange(4)[:, None], 2, axis=0)
    assert neighbour_errors(points, [0, 1] * 4, [1]) == {1: 1.0}


def test_probe_of_separable_and_of_meaningless_latents():
    train, test = clouds(0, n=300, distance=20.0), clouds(1, n=90, distance=20.0)
    assert linear_probe_accuracy(*train, *test) == 1.0
    train, test = clouds(0, n=3000), clouds(1, n=3000)
    assert linear_probe_accuracy(*train, *test) == pytest.approx(1 / 3, abs=5 * np.sqrt(2 / 9 / 3000))


def test_probe_is_near_the_best_classifier_of_two_normal_classes():
    """Of N(0, 1) and N(delta, 1) the best boundary is linear and right with the probability Phi(delta / 2)."""
    train, test = (clouds(seed, n=20_000, distance=2.0, classes=2) for seed in (0, 1))
    assert linear_probe_accuracy(*train, *test) == pytest.approx(scipy.stats.norm.cdf(1.0), abs=0.01)


def test_probe_cannot_see_what_is_not_linear():
    """Exclusive or: four equal corners, opposite ones of one class."""
    corners = np.array(list(itertools.product([0.0, 1.0], repeat=2)) * 25)
    labels = (corners.sum(axis=1) == 1).astype(int)
    assert linear_probe_accuracy(corners, labels, corners, labels) <= 0.75
    assert neighbour_errors(corners, labels, [3]) == {3: 0.0}


def test_probe_does_not_depend_on_scales_or_constant_dimensions():
    (x, y), (u, v) = clouds(0, n=300, distance=1.0), clouds(1, n=300, distance=1.0)
    scale, constant = np.array([1e3, 1e-3, 1.0]), np.full((300, 1), 5.0)
    expected = linear_probe_accuracy(x, y, u, v)
    assert linear_probe_accuracy(np.hstack([x * scale, constant]), y, np.hstack([u * scale, constant]), v) == expected
    assert 0.4 < expected < 0.9


def test_active_units_by_hand():
    """Variances 0, .01 (not above it), .0101 and 1, each around a mean that does not matter."""
    signs = np.array([1.0, -1.0] * 8)
    means = np.stack([0 * signs + 3, 0.125 * signs, 0.126 * signs - 7, signs], axis=1)
    np.testing.assert_array_equal(active_units(means, 0.015625), [False, False, True, True])
    np.testing.assert_array_equal(active_units(0.05 * means), [False, False, False, False])
    np.testing.assert_array_equal(active_units(means), [False, True, True, True])


def test_kl_by_hand():
    """Unit shift: 1/2. Variance e^v: (e^v - 1 - v) / 2. The prior itself: 0."""
    means, log_variances = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]), np.array([[0.0, 2.0, 0.0]] * 2)
    expected = [0.5, 0.5 * (np.exp(2) - 3), 0.0]
    np.testing.assert_allclose(kl_per_dimension(means, log_variances), expected, rtol=1e-15)


def test_kl_by_quadrature():
    generator = np.random.default_rng(0)
    means, log_variances = generator.normal(size=(4, 2)), generator.normal(size=(4, 2))

    def divergence(mean, log_variance):
        q, p = scipy.stats.norm(mean, np.exp(log_variance / 2)), scipy.stats.norm()
        return scipy.integrate.quad(lambda z: q.pdf(z) * (q.logpdf(z) - p.logpdf(z)), -25, 25, points=[mean])[0]

    expected = np.vectorize(divergence)(means, log_variances).mean(axis=0)
    np.testing.assert_allclose(kl_per_dimension(means, log_variances), expected, rtol=1e-7)


@settings(max_examples=150)
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 4)).flatmap(
        lambda shape: st.tuples(*(arrays(np.float64, shape, elements=st.floats(-9, 9)) for _ in range(2)))
    )
)
def test_any_kl_is_that_of_multivariate_gaussians(moments):
    """KL(N(m, S) || N(0, I)) = (tr S + m.m - D - log det S) / 2, of whole images with full matrices."""
    means, log_variances = moments
    expected = []
    for mean, log_variance in zip(means, log_variances, strict=True):
        covariance = np.diag(np.exp(log_variance))
        log_determinant = np.linalg.slogdet(covariance)[1]
        expected.append((np.trace(covariance) + mean @ mean - len(mean) - log_determinant) / 2)
    assert kl_per_dimension(means, log_variances).sum() == pytest.approx(np.mean(expected), rel=1e-9, abs=1e-9)


@settings(max_examples=100)
@given(arrays(np.float64, (6, 3), elements=st.integers(-8, 8).map(lambda n: n / 8)), st.integers(0, 32))
def test_any_active_units_by_exact_variances(means, threshold):
    """Eighths, whose variances are multiples of 1 / 2304: those at the threshold itself do not count."""
    eighths = (8 * means).astype(int)
    scaled = 6 * (eighths**2).sum(axis=0) - eighths.sum(axis=0) ** 2  # 2304 times the variance
    clear = scaled != 72 * threshold
    np.testing.assert_array_equal(active_units(means, threshold / 32)[clear], (scaled > 72 * threshold)[clear])


def test_kl_close_to_the_prior_keeps_its_digits():
    assert kl_per_dimension([[0.0]], [[1e-6]])[0] == pytest.approx(1e-12 / 4, rel=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: silhouettes(LINE, [1] * 5), "Received: 1 classes"),
        (lambda: silhouettes(LINE, range(5)), "Received: 5 classes, 5 latents"),
        (lambda: silhouettes(LINE, LABELS[:4]), r"labels must be a vector of 5 integers.*\(4,\)"),
        (lambda: silhouettes(LINE, np.array(LABELS, float)), "float64"),
        (lambda: silhouettes(LINE[:, 0], LABELS), "samples, dimensions"),
        (lambda: silhouettes(LINE * np.nan, LABELS), "latents must be finite"),
        (lambda: neighbour_errors(LINE, LABELS), "at least 11 samples"),
        (lambda: neighbour_errors(LINE, LABELS, []), "one number of neighbours or more"),
        (lambda: neighbour_errors(LINE, LABELS, [0]), "at least 1"),
        (lambda: classification_errors(LINE, LABELS, LINE, LABELS), "train_latents must hold at least 10 samples"),
        (lambda: classification_errors(LINE, LABELS, LINE, LABELS[:2], [1]), "test_labels must be a vector of 5"),
        (lambda: classification_errors(LINE, LABELS[:2], LINE, LABELS, [1]), "train_labels must be a vector of 5"),
        (lambda: classification_errors(LINE, LABELS, LINE, LABELS, []), "one number of neighbours or more"),
        (
            lambda: classification_errors(LINE, LABELS, np.hstack([LINE, LINE]), LABELS, [1]),
            "same number of dimensions",
        ),
        (lambda: linear_probe_accuracy(LINE, [1] * 5, LINE, LABELS), "at least two classes"),
        (lambda: linear_probe_accuracy(LINE, LABELS, np.hstack([LINE, LINE]), LABELS), "same number of dimensions"),
        (lambda: linear_probe_accuracy(LINE, LABELS, LINE, LABELS[:2]), "test_labels must be a vector of 5"),
        (lambda: active_units(LINE, -1.0), "threshold=-1.0"),
        (lambda: active_units(LINE[:1]), "at least 2"),
        (lambda: kl_per_dimension(LINE, LINE[:2]), "same images"),
        (lambda: kl_per_dimension(LINE, np.hstack([LINE, LINE])), "same number of dimensions"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
