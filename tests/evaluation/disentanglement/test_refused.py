"""What scores refuse, with one message that says what is allowed, and that any other input gives numbers in range."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.evaluation.disentanglement.codes import GRID, SIZES
from tests.hostile import EXTREME, hostile_arrays, outcome
from tfvae.errors import Refused
from tfvae.evaluation.disentanglement import (
    beta_vae_score,
    dci,
    explicitness,
    factor_vae_score,
    mig,
    modularity,
    sap,
    sap_of_ordered,
    udr,
)

CODES = GRID.astype(float)
OF_A_SAMPLE = {"mig": mig, "modularity": modularity, "sap_of_ordered": sap_of_ordered}
OF_TWO = {
    "explicitness": explicitness,
    "sap": sap,
    "dci": lambda *samples: dci(*samples, trees=1, seed=0).disentanglement,
}


def beta_vae(represent, sizes=SIZES, **options):
    return beta_vae_score(represent, sizes, **{"train_draws": 60, "test_draws": 9, "pairs": 2, "seed": 0} | options)


def factor_vae(represent, sizes=SIZES, **options):
    settings = {"train_draws": 60, "test_draws": 9, "batch": 3, "scale_images": 9, "seed": 0}
    return factor_vae_score(represent, sizes, **settings | options)


INTERVENING = {"beta_vae": beta_vae, "factor_vae": factor_vae}


@pytest.mark.parametrize("name", OF_A_SAMPLE | OF_TWO)
@pytest.mark.parametrize(
    ("codes", "factors", "message"),
    [
        (CODES, GRID[:-1], "a row for each of"),
        (CODES, GRID[:, 0], "a row for each of"),
        (CODES, GRID.astype(float), "integers"),
        (CODES, GRID - 1, "must be from 0"),
        (CODES, GRID * [1, 0, 1], r"two values or more.*factors\[:, 1\] all 0"),
        (CODES[:, :1], GRID, "two dimensions or more"),
        (CODES, GRID[:, :1], "two factors or more"),
        (CODES + np.nan, GRID, "finite"),
        (CODES[:, 0], GRID, r"\(samples, dimensions\)"),
    ],
)
def test_samples_that_are_none(name, codes, factors, message):
    with pytest.raises(Refused, match=message):
        OF_A_SAMPLE[name](codes, factors) if name in OF_A_SAMPLE else OF_TWO[name](codes, factors, codes, factors)


@pytest.mark.parametrize("name", OF_TWO)
def test_two_samples_that_do_not_fit(name):
    with pytest.raises(Refused, match="train_codes and test_codes must have as many columns"):
        OF_TWO[name](CODES, GRID, CODES[:, :2], GRID)
    with pytest.raises(Refused, match="train_factors and test_factors must have as many columns"):
        OF_TWO[name](CODES, GRID, CODES, GRID[:, :2])


@pytest.mark.parametrize("name", INTERVENING)
@pytest.mark.parametrize(
    ("represent", "options", "message"),
    [
        (lambda factors: factors[1:], {}, "a row for each"),
        (lambda factors: factors[:, 0], {}, r"\(samples, dimensions\)"),
        (lambda factors: factors / 0.0, {}, "finite"),
        (lambda factors: factors, {"sizes": [3]}, "two factors or more"),
        (lambda factors: factors, {"sizes": [3, 1]}, "each at least 2"),
        (lambda factors: factors, {"train_draws": 0}, "train_draws"),
        (lambda factors: factors, {"test_draws": 0.5}, "test_draws"),
    ],
)
def test_interventions_that_are_none(name, represent, options, message):
    with np.errstate(all="ignore"), pytest.raises(Refused, match=message):
        INTERVENING[name](represent, **options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mig(CODES, GRID, bins=1), "bins must be at least 2"),
        (lambda: modularity(CODES, GRID, bins=2.5), "bins"),
        (lambda: dci(CODES, GRID, CODES, GRID, trees=0, seed=0), "trees must be at least 1"),
        (lambda: beta_vae(lambda factors: factors, pairs=0), "pairs must be at least 1"),
        (lambda: factor_vae(lambda factors: factors, batch=1), "batch must be at least 2"),
        (lambda: factor_vae(lambda factors: factors, scale_images=1), "scale_images must be at least 2"),
        (lambda: factor_vae(lambda factors: factors, threshold=-1), "threshold must be a number"),
        (lambda: udr([CODES] * 2, np.ones((2, 3)), threshold=np.nan), "threshold must be a number"),
    ],
)
def test_settings_out_of_range(call, message):
    with pytest.raises(Refused, match=message):
        call()


def is_score_or_refusal(result):
    return isinstance(result, Refused) or (np.min(result) >= 0 and np.max(result) <= 1 + 1e-9)


CODE = hostile_arrays((6, 2), (5, 2))
FACTORS = arrays("u1", st.sampled_from([(6, 2), (5, 2)]), elements=st.integers(0, 2))


@pytest.mark.parametrize("name", OF_A_SAMPLE)
@settings(max_examples=150, deadline=None)
@given(CODE, FACTORS)
def test_any_sample(name, codes, factors):
    assert is_score_or_refusal(outcome(OF_A_SAMPLE[name], codes, factors))


@pytest.mark.parametrize("name", OF_TWO)
@settings(max_examples=60, deadline=None)
@given(CODE, CODE, FACTORS, FACTORS)
def test_any_two_samples(name, train, test, train_factors, test_factors):
    """Solvers that do not converge say so; that is no error."""
    with warnings.catch_warnings():
        assert is_score_or_refusal(outcome(OF_TWO[name], train, train_factors, test, test_factors))


@pytest.mark.parametrize("correlation", ["lasso", "spearman"])
@settings(max_examples=60, deadline=None)
@given(hostile_arrays((2, 6, 2), (3, 5, 2)), hostile_arrays((2, 2), (3, 2)))
def test_any_models(correlation, codes, divergences):
    result = outcome(udr, codes, divergences, correlation=correlation)
    assert isinstance(result, Refused) or (np.isfinite(result).all() and (result >= 0).all())


@pytest.mark.parametrize("name", INTERVENING)
@settings(max_examples=30, deadline=None)
@given(arrays("f8", (6, 2), elements=st.sampled_from(EXTREME) | st.floats(-4, 4)))
def test_any_table_of_codes(name, table):
    """Of six images, one for each pair of the factors' values."""
    assert is_score_or_refusal(outcome(INTERVENING[name], lambda factors: table[factors @ [2, 1]], [3, 2]))
