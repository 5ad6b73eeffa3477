"""Whatever a metric is given, it returns numbers or refuses: no NaN, no overflow, no warning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tfvae.evaluation as evaluation
from tests.hostile import hostile_arrays, is_number_or_refusal, outcome

FEATURES = hostile_arrays((4, 2), (5, 2))
PAIRS = {
    "fid": evaluation.fid,
    "kid": evaluation.kid,
    "kid_subsets": lambda x, y: evaluation.kid_subsets(x, y, subsets=2, size=2),
    "precision_recall": lambda x, y: evaluation.precision_recall_density_coverage(x, y, k=2),
    "kl_per_dimension": evaluation.kl_per_dimension,
}
SERIES = {
    "is_consistent": lambda x, y: evaluation.is_consistent(x, y[0] if y.size else y),
    "printed_losses": lambda x, y: evaluation.printed_losses(x[0] if x.size else x, y, 0.2),
}
SINGLE = {
    "gaussian_statistics": evaluation.gaussian_statistics,
    "inception_score": evaluation.inception_score,
    "mann_kendall_decreasing": evaluation.mann_kendall_decreasing,
    "summarize": evaluation.summarize,
    "pareto_front": evaluation.pareto_front,
    "active_units": lambda x: evaluation.active_units(x, 0.0),
    "elbos": evaluation.elbos,
    "importance_log_likelihoods": evaluation.importance_log_likelihoods,
}
LABELLED = {
    "silhouettes": evaluation.silhouettes,
    "neighbour_errors": lambda z, labels: evaluation.neighbour_errors(z, labels, (1, 2)),
    "classification_errors": lambda z, labels: evaluation.classification_errors(z, labels, z, labels, (1, 2)),
}
LABEL_PAIRS = {
    name: getattr(evaluation, name)
    for name in ("total_variation_distance", "max_class_gap", "max_class_gap_without_class_zero")
}


@pytest.mark.parametrize("name", PAIRS)
@settings(max_examples=150)
@given(FEATURES, FEATURES)
def test_two_sets_of_numbers(name, x, y):
    assert is_number_or_refusal(outcome(PAIRS[name], x, y))


@pytest.mark.parametrize("name", SERIES)
@settings(max_examples=150)
@given(FEATURES, hostile_arrays((2,)))
def test_series(name, x, y):
    assert is_number_or_refusal(outcome(SERIES[name], np.atleast_1d(x), np.atleast_1d(y)))


@pytest.mark.parametrize("name", SINGLE)
@settings(max_examples=100)
@given(FEATURES | hostile_arrays((1,), (6,)))
def test_one_array(name, x):
    """A log weight of -inf is a weight of 0, so estimates from it alone are -inf."""
    assert is_number_or_refusal(outcome(SINGLE[name], x), infinite=name in ("elbos", "importance_log_likelihoods"))


@pytest.mark.parametrize("name", LABELLED)
@settings(max_examples=100)
@given(FEATURES, arrays(st.sampled_from(["i8", "u1", "u8"]), st.sampled_from([4, 5, 3])))
def test_latents_with_labels(name, latents, labels):
    assert is_number_or_refusal(outcome(LABELLED[name], latents, labels))


@pytest.mark.parametrize("name", LABEL_PAIRS)
@settings(max_examples=100)
@given(*(hostile_arrays((3,), (6,), dtypes=("i8", "u1", "u8", "i4", "f8")) for _ in range(2)), st.integers(-1, 300))
def test_two_sets_of_labels(name, first, second, num_classes):
    result = outcome(LABEL_PAIRS[name], first, second, num_classes)
    assert isinstance(result, ValueError) or 0 <= result <= 1


@settings(max_examples=150)
@given(*(hostile_arrays(shape) for shape in ((2,), (2, 2), (2,))))
def test_two_gaussians(mean, covariance, other):
    """Products of any matrix with itself are covariances, and most others are not."""
    square = covariance.ndim == 2 and covariance.dtype == "f8" and covariance.shape[0] == covariance.shape[1] == 2
    if square and np.isfinite(covariance).all() and np.abs(covariance).max() < 1e40:
        covariance = covariance @ covariance.T
    assert is_number_or_refusal(outcome(evaluation.frechet_distance, mean, covariance, other, np.eye(2)))


@settings(max_examples=50)
@given(*(arrays("f8", (6, 2), elements=st.sampled_from([0.1, -3.0, 1e-170, 1e20, 5.0])) for _ in range(2)))
def test_a_linear_probe(train, test):
    labels = np.arange(6) % 2
    assert 0 <= outcome(evaluation.linear_probe_accuracy, train, labels, test, labels) <= 1


@pytest.mark.parametrize(
    "values", [np.array([[1j, 2j]] * 3), np.array([["a", "b"]] * 3), [[1.0, None]] * 3, [[True, False]] * 3]
)
@pytest.mark.parametrize("name", [*PAIRS, *SERIES, *SINGLE])
def test_what_is_no_number_is_refused(name, values):
    arguments = (values,) if name in SINGLE else (np.asarray(values),) * 2
    assert isinstance(outcome((PAIRS | SERIES | SINGLE)[name], *arguments), ValueError)


@pytest.mark.parametrize("name", [*PAIRS, *SERIES, *SINGLE, *LABELLED, *LABEL_PAIRS])
def test_ordinary_input_is_not_refused(name):
    """So the tests above ask for something."""
    x = np.random.default_rng(0).dirichlet([2.0, 1.0, 3.0], size=5)
    if name in LABEL_PAIRS:
        arguments = ([0, 1], [2, 2], 3)
    elif name in LABELLED:
        arguments = (x, np.arange(5) % 2)
    elif name in SERIES:
        arguments = (x, x[0])
    elif name in PAIRS:
        arguments = (x, x)
    else:
        arguments = (x[0] if name in ("mann_kendall_decreasing", "summarize") else x,)
    assert not isinstance(outcome((PAIRS | SERIES | SINGLE | LABELLED | LABEL_PAIRS)[name], *arguments), ValueError)
