"""Codes whose scores are known by reasoning: perfect, constant, duplicated, rotated and meaningless ones.

Samples are whole grids, in which factors are independent exactly.
"""

import itertools

import numpy as np
import pytest

from tests.evaluation.disentanglement.codes import GRID, SIZES
from tfvae.data import Dots
from tfvae.evaluation.disentanglement import (
    beta_vae_score,
    dci,
    explicitness,
    factor_vae_score,
    mig,
    modularity,
    sap,
    sap_of_ordered,
)

PERFECT = GRID.astype(float)
CONSTANT = np.zeros((len(GRID), 2))
DUPLICATED = np.hstack([PERFECT, PERFECT])
SQUARE = np.array(list(itertools.product(range(9), range(9))))
ROTATED = SQUARE @ np.array([[1.0, 1.0], [1.0, -1.0]])
DRAWS = {"train_draws": 1000, "test_draws": 1000, "seed": 0}


def meaningless(count=4000):
    generator = np.random.default_rng(0)
    return generator.normal(size=(count, 3)), generator.integers(SIZES, size=(count, 3))


def noise(factors):
    """Return a new code at each call, whatever the factors."""
    return noise.generator.normal(size=(len(factors), 3))


def rotated(factors):
    return factors @ np.array([[1.0, 1.0], [1.0, -1.0]])


def beta_vae(represent, sizes=SIZES):
    return beta_vae_score(represent, sizes, pairs=32, **DRAWS)


def factor_vae(represent, sizes=SIZES):
    return factor_vae_score(represent, sizes, batch=32, scale_images=1000, **DRAWS)


@pytest.mark.parametrize("score", [beta_vae, factor_vae])
def test_interventions_on_perfect_and_duplicated_codes(score):
    assert score(lambda factors: factors) == 1.0
    assert score(lambda factors: np.hstack([-factors, factors])) == 1.0


@pytest.mark.parametrize("score", [beta_vae, factor_vae])
def test_interventions_on_meaningless_codes_are_chance(score):
    noise.generator = np.random.default_rng(1)
    assert score(noise) == pytest.approx(1 / 3, abs=5 * np.sqrt(2 / 9 / 1000))


@pytest.mark.parametrize("score", [beta_vae, factor_vae])
def test_interventions_on_two_factors_turned_by_45_degrees_are_chance(score):
    """Both dimensions are a sum, and a difference, of the two alike: fixing one factor changes neither more."""
    assert score(rotated, (9, 9)) == pytest.approx(1 / 2, abs=5 * np.sqrt(1 / 4 / 1000))


def test_interventions_on_a_constant_code():
    """FactorVAE has no active dimension; the classifier of beta-VAE always names one of three factors."""
    assert factor_vae(lambda factors: np.zeros((len(factors), 2))) == 0.0
    assert factor_vae(lambda factors: 0.001 * factors) == 0.0
    assert beta_vae(lambda factors: np.ones((len(factors), 2))) == pytest.approx(1 / 3, abs=5 * np.sqrt(2 / 9 / 1000))


def test_a_dead_dimension_wins_no_vote():
    def represent(factors):
        return np.column_stack([np.zeros(len(factors)), factors])

    assert factor_vae(represent) == 1.0
    assert factor_vae_score(represent, SIZES, batch=32, scale_images=1000, threshold=0.0, **DRAWS) == 1.0


def test_a_constant_whose_mean_is_rounded_is_dead():
    constants = np.full((len(GRID), 2), 0.1 + 1e15)
    assert sap_of_ordered(constants, GRID) == 0.0
    options = {"batch": 32, "scale_images": 1000, "threshold": 0.0} | DRAWS
    assert factor_vae_score(lambda factors: np.full((len(factors), 2), 0.1), SIZES, **options) == 0.0


def test_mig():
    """The information of a code with its own factor is the factor's entropy; 0 with others and with constants."""
    assert mig(PERFECT, GRID) == pytest.approx(1.0, abs=1e-12)
    assert mig(CONSTANT, GRID) == 0.0
    assert mig(DUPLICATED, GRID) == 0.0
    assert mig(*meaningless()) == pytest.approx(0.0, abs=0.01)
    assert mig(ROTATED, SQUARE, bins=17) == pytest.approx(0.0, abs=1e-12)
    halves = np.column_stack([GRID[:, 0] // 2, GRID[:, 1:]])
    assert mig(halves, GRID) == pytest.approx((1 / 2 + 1 + 1) / 3)  # one of two bits


def test_modularity():
    assert modularity(PERFECT, GRID) == 1.0
    assert modularity(DUPLICATED, GRID) == 1.0
    assert modularity(CONSTANT, GRID) == 0.0
    assert modularity(np.hstack([PERFECT, CONSTANT]), GRID) == pytest.approx(3 / 5)
    assert modularity(ROTATED, SQUARE, bins=17) == pytest.approx(0.0, abs=1e-12)


def test_explicitness():
    """A rotation of equally scaled dimensions changes no classifier with a penalty on the length of its weights."""
    assert explicitness(PERFECT, GRID, CONSTANT[:, [0, 0, 0]], GRID) == 0.5
    assert explicitness(CONSTANT, GRID, CONSTANT, GRID) == 0.5
    assert explicitness(PERFECT, np.minimum(GRID, 1), PERFECT, np.minimum(GRID, 1)) == 1.0
    straight = explicitness(SQUARE.astype(float), SQUARE, SQUARE.astype(float), SQUARE)
    assert explicitness(ROTATED, SQUARE, ROTATED, SQUARE) == pytest.approx(straight, abs=1e-3)
    assert explicitness(*meaningless(), *meaningless(4001)) == pytest.approx(0.5, abs=0.05)


def test_explicitness_with_values_missing_on_either_side():
    two = np.minimum(GRID, 1)
    unseen = np.where(GRID == 0, 2, 1)  # 2 in place of 0, which training lacks: half of the areas are 1/2
    assert explicitness(PERFECT, two, PERFECT, unseen) == pytest.approx((0.5 + 1.0) / 2)


def test_sap():
    """Of a binary factor its own dimension predicts all, and the others, of which it is independent, one half."""
    bits = np.array(list(itertools.product((0, 1), repeat=3)) * 5)
    code = bits.astype(float)
    assert sap(code, bits, code, bits) == pytest.approx(0.5)
    assert sap(np.hstack([code, code]), bits, np.hstack([code, code]), bits) == 0.0
    assert sap(0 * code, bits, 0 * code, bits) == 0.0


def test_sap_of_ordered_factors():
    assert sap_of_ordered(PERFECT, GRID) == pytest.approx(1.0)
    assert sap_of_ordered(-3 * PERFECT + 7, GRID) == pytest.approx(1.0)
    assert sap_of_ordered(DUPLICATED, GRID) == pytest.approx(0.0)
    assert sap_of_ordered(CONSTANT, GRID) == 0.0
    assert sap_of_ordered(ROTATED, SQUARE) == pytest.approx(0.0)
    assert sap_of_ordered(*meaningless()) == pytest.approx(0.0, abs=0.01)


def scores_of(code, factors, **options):
    found = dci(code, factors, code, factors, trees=5, seed=0, **options)
    return found.disentanglement, found.completeness, found.informativeness


def test_dci():
    assert scores_of(PERFECT, GRID) == pytest.approx((1, 1, 1))
    # Nothing to divide by: each factor's most frequent value is guessed, of which the grid has the share 1 / size.
    assert scores_of(CONSTANT, GRID) == (0.0, 0.0, pytest.approx(np.mean([1 / size for size in SIZES])))
    disentanglement, completeness, informativeness = scores_of(DUPLICATED, GRID)
    assert (disentanglement, informativeness) == pytest.approx((1, 1))
    assert 1 - np.log(2) / np.log(6) <= completeness < 0.9  # at most equal parts of two of six dimensions
    turned = dci(ROTATED, SQUARE, ROTATED, SQUARE, trees=5, seed=0)
    assert max(turned.disentanglement, turned.completeness) < 0.05


def test_importances_belong_to_their_factors():
    found = dci(PERFECT[:, [2, 0, 1]], GRID, PERFECT[:, [2, 0, 1]], GRID, trees=3, seed=0)
    np.testing.assert_allclose(found.importances, np.eye(3)[[2, 0, 1]], atol=1e-12)


def test_the_centre_of_mass_of_dots_is_a_perfect_code_and_their_pixels_are_not():
    dots = Dots(8)
    indices = np.arange(len(dots.grid))
    images, factors = dots.images(indices)[..., 0] / 255.0, dots.grid.factors_of(indices)
    line = np.arange(8)
    code = np.stack([images.sum(axis=2) @ line, images.sum(axis=1) @ line], axis=1)
    for perfect in (mig(code, factors), modularity(code, factors), sap_of_ordered(code, factors)):
        assert perfect == pytest.approx(1.0)
    pixels = images.reshape(len(images), -1)
    assert mig(pixels, factors) == pytest.approx(0.0, abs=1e-12)
