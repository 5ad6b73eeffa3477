"""Inception score against known answers and the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import rel_entr

from tfvae.evaluation import inception_score


def normalised(weights):
    return weights / weights.sum(axis=1, keepdims=True)


def brute_force(p):
    marginal = p.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log(p) - np.log(marginal)), 0.0)
    return np.exp(terms.sum(axis=1).mean())


@pytest.mark.parametrize(
    "probabilities, expected",
    [
        pytest.param(np.tile([[0.2, 0.3, 0.5]], (7, 1)), 1.0, id="constant"),
        pytest.param(np.tile([[0.0, 1.0, 0.0]], (7, 1)), 1.0, id="one certain class"),
        pytest.param(np.eye(10)[np.arange(50) % 10], 10.0, id="balanced one-hot"),
        pytest.param(np.eye(10)[[0, 1] * 5], 2.0, id="two classes of ten"),
        pytest.param([[0.9, 0.1], [0.1, 0.9]], 1.444935, id="two uncertain classes"),
        pytest.param(np.eye(2)[[0, 0, 0, 1]], np.exp(-0.75 * np.log(0.75) - 0.25 * np.log(0.25)), id="unbalanced"),
        pytest.param([[0.4, 0.6]], 1.0, id="one image"),
    ],
)
def test_known_answers(probabilities, expected):
    assert inception_score(probabilities) == pytest.approx(expected, abs=5e-7)


@given(arrays(np.float64, (6, 4), elements=st.floats(1e-6, 1)))
def test_any_probabilities(weights):
    p = normalised(weights)
    score = inception_score(p)
    assert 1 <= score <= 4
    assert score == pytest.approx(brute_force(p), rel=1e-9)
    assert inception_score(p[::-1, ::-1]) == pytest.approx(score, rel=1e-12)


@settings(max_examples=200)
@given(st.integers(1, 8), st.integers(1, 6), st.data())
def test_any_counts_against_relative_entropies(images, classes, data):
    """Shares of small integers, so that probabilities of 0, and classes that never occur, are common."""
    counts = data.draw(arrays(np.float64, (images, classes), elements=st.integers(0, 3).map(float)))
    counts[:, 0] += counts.sum(axis=1) == 0
    p = normalised(counts)
    expected = np.exp(rel_entr(p, p.mean(axis=0)).sum(axis=1).mean())
    assert inception_score(p) == pytest.approx(expected, rel=1e-12)


@given(arrays(np.float64, (5, 3), elements=st.sampled_from([0.0, 5e-324, 1e-300, 1.0]), fill=st.nothing()))
def test_finite_for_vanishing_probabilities(weights):
    weights[:, 0] = 1.0
    assert 1 <= inception_score(normalised(weights)) <= 3


def test_rounding_of_half_precision_is_divided_out():
    p = normalised(np.random.default_rng(0).uniform(size=(200, 10)))
    assert inception_score(p.astype(np.float32)) == pytest.approx(inception_score(p), rel=1e-6)
    assert inception_score(p.astype(np.float16)) == pytest.approx(inception_score(p), rel=1e-3)
    assert inception_score(p * 1.001) == pytest.approx(inception_score(p), rel=1e-12)


@pytest.mark.parametrize(
    "probabilities, message",
    [
        pytest.param([0.5, 0.5], "shape", id="vector"),
        pytest.param(np.zeros((0, 3)), "shape", id="empty"),
        pytest.param([[0.5, 0.4]], "sum to 1", id="sum"),
        pytest.param([[1.5, -0.5]], "non-negative", id="negative"),
        pytest.param([[np.nan, 1.0]], "finite", id="NaN"),
        pytest.param([[3.0, -1.0, 2.0]], "not logits", id="logits"),
    ],
)
def test_refuses_what_is_not_a_distribution(probabilities, message):
    with pytest.raises(ValueError, match=message):
        inception_score(probabilities)
