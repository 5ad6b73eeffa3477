"""UDR of models that agree and that do not, and the score of matrices of similarity."""

import itertools

import numpy as np
import pytest
import scipy.stats

from tfvae.errors import Refused
from tfvae.evaluation.disentanglement import udr
from tfvae.evaluation.disentanglement.udr import relative_strength

GRID = np.array(list(itertools.product(range(4), range(3), range(5)))).astype(float)
USED = np.ones((3, 3))
BOTH = pytest.mark.parametrize(("correlation", "equal"), [("lasso", 0.9), ("spearman", 1.0)])
TURN = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]


@BOTH
def test_models_that_agree_up_to_order_sign_and_scale(correlation, equal):
    """Dimensions of the grid are uncorrelated, so the lasso's coefficients are 1 less its penalty of 0.1."""
    codes = np.stack([GRID, -GRID[:, [2, 0, 1]] * 5, GRID[:, [1, 0, 2]] + 9])
    np.testing.assert_allclose(udr(codes, USED, correlation=correlation), [equal] * 3, atol=1e-6)


@BOTH
def test_a_turned_model_is_the_worst(correlation, equal):
    """Predicted from uncorrelated dimensions it has the entries of the turn as coefficients, 0.1 nearer to 0."""
    standard = (GRID - GRID.mean(axis=0)) / GRID.std(axis=0)
    codes = np.stack([standard, standard @ TURN, -standard, standard])
    scores = udr(codes, np.ones((4, 3)), correlation=correlation)
    np.testing.assert_allclose(scores[[0, 2, 3]], equal, atol=1e-6)  # the median of two that agree and one that differs
    if correlation == "lasso":
        similarity = np.maximum(np.abs(TURN) - 0.1, 0)
    else:
        similarity = np.abs(scipy.stats.spearmanr(standard, standard @ TURN).statistic[:3, 3:])
    assert scores[1] == pytest.approx(relative_strength(similarity), abs=1e-4)
    assert scores[1] < equal - 0.1


@BOTH
def test_dimensions_that_are_not_used_do_not_count(correlation, equal):
    noise = np.random.default_rng(0).normal(size=(3, len(GRID), 1))
    codes = np.concatenate([np.stack([GRID] * 3), noise], axis=2)
    used = np.hstack([USED, np.full((3, 1), 0.01)])  # at the threshold, not above
    np.testing.assert_allclose(udr(codes, used, correlation=correlation), equal, atol=1e-6)
    assert (udr(codes, np.ones((3, 4)), correlation=correlation) < 0.9 * equal).all()


@BOTH
def test_models_without_anything_in_common_or_in_use(correlation, equal):
    del equal
    np.testing.assert_array_equal(udr([GRID] * 3, 0 * USED, correlation=correlation), [0, 0, 0])
    np.testing.assert_array_equal(udr(np.zeros((3, 9, 3)), USED, correlation=correlation), [0, 0, 0])


def test_one_dimension_in_use_of_each():
    """(0.9)^2 / 0.9 where it is the same one, 0 where the two are uncorrelated."""
    first, second = np.eye(3)[0], np.eye(3)[1]
    np.testing.assert_allclose(udr([GRID] * 2, [first, first]), 0.9)
    np.testing.assert_allclose(udr([GRID] * 2, [first, second]), 0.0, atol=1e-12)


def test_relative_strength_by_hand():
    """Columns: 4 / 3 and 9 / 3, mean 13 / 6; rows: 4 / 2, 9 / 4 and 0 of nothing, mean 17 / 12."""
    similarity = np.array([[2.0, 0.0], [1.0, 3.0], [0.0, 0.0]])
    assert relative_strength(similarity) == pytest.approx((13 / 6 + 17 / 12) / 2)


def test_monotone_functions_keep_ranks_but_not_the_line():
    """The lasso finds the linear correlation of a dimension with its function, less 0.1."""
    codes = np.stack([GRID, np.exp(GRID)])
    np.testing.assert_allclose(udr(codes, USED[:2], correlation="spearman"), 1.0)
    linear = np.mean([np.corrcoef(x, np.exp(x))[0, 1] - 0.1 for x in GRID.T])
    np.testing.assert_allclose(udr(codes, USED[:2]), linear, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((GRID, USED), r"shape \(models, images, dimensions\)"),
        (([GRID], USED[:1]), "at least two models"),
        (([GRID] * 3, USED[:, :2]), "divergences"),
        (([GRID] * 3, USED * np.nan), "divergences must be finite"),
        (([GRID + np.inf] * 3, USED), "codes must be finite"),
    ],
)
def test_what_udr_refuses(arguments, message):
    with pytest.raises(Refused, match=message):
        udr(*arguments)


def test_other_correlations_are_refused():
    with pytest.raises(Refused, match="Unknown correlation"):
        udr([GRID] * 3, USED, correlation="pearson")
