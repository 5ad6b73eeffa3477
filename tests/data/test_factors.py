"""Grids of factors: indices and factors against nested loops, draws against their distribution."""

import itertools

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from tfvae.data import Dots, FactorGrid
from tfvae.errors import Refused

GRID = FactorGrid(("shape", "x", "y"), (3, 2, 5))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_indices_follow_nested_loops(sizes):
    grid = FactorGrid(tuple(map(str, range(len(sizes)))), tuple(sizes))
    loops = list(itertools.product(*map(range, sizes)))
    assert len(grid) == len(loops)
    np.testing.assert_array_equal(grid.factors_of(np.arange(len(grid))), loops)
    np.testing.assert_array_equal(grid.index_of(loops), np.arange(len(grid)))


def test_a_grid_too_large_for_memory_has_indices():
    grid = FactorGrid(("a", "b"), (50_000, 40_000))
    assert grid.index_of([[49_999, 39_999]]) == len(grid) - 1
    np.testing.assert_array_equal(grid.factors_of(np.array([len(grid) - 1], np.uint64)), [[49_999, 39_999]])


def test_draws_are_uniform_independent_and_keyed():
    factors = GRID.sample(30_000, 1, "test of grids")
    counts = np.bincount(GRID.index_of(factors), minlength=len(GRID))
    assert scipy.stats.chisquare(counts).pvalue > 1e-4
    np.testing.assert_array_equal(factors, GRID.sample(30_000, 1, "test of grids"))
    others = [GRID.sample(99, 2, "test of grids"), GRID.sample(99, 1, "x"), GRID.sample(99, 1, "test of grids", 1)]
    assert not any((other == factors[:99]).all() for other in others)


@pytest.mark.parametrize(
    ("names", "sizes"),
    [(["a"], [1, 2]), (["a", "a"], [1, 2]), ([], []), (["a"], [0]), (["a"], [1.5]), (["a", "b", "c"], [2**31 - 1] * 3)],
)
def test_a_grid_that_is_none(names, sizes):
    with pytest.raises(Refused, match="Received"):
        FactorGrid(names, sizes)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GRID.index_of([[0, 0, 5]]), "factor 'y' must be from 0 to 4"),
        (lambda: GRID.index_of([[0, -1, 0]]), "factor 'x' must be from 0 to 1"),
        (lambda: GRID.index_of([[0, 0]]), r"shape \(N, 3\)"),
        (lambda: GRID.index_of([[0.0, 0.0, 0.0]]), "integers"),
        (lambda: GRID.factors_of([30]), "indices must be from 0 to 29"),
        (lambda: GRID.factors_of([]), "at least one"),
        (lambda: GRID.sample(0, 0, "x"), "count must be at least 1"),
        (lambda: Dots(1), "side must be at least 2"),
    ],
)
def test_what_is_not_in_the_grid_is_refused(call, message):
    with pytest.raises(Refused, match=message):
        call()


def test_a_dot_lies_where_its_factors_say():
    dots = Dots(6)
    images = dots.images(np.arange(36))
    assert (images.dtype, images.shape) == (np.uint8, (36, 6, 6, 1))
    found = [np.argwhere(image[:, :, 0]) for image in images]
    np.testing.assert_array_equal(np.concatenate(found), dots.grid.factors_of(np.arange(36)))
    assert set(np.unique(images)) == {0, 255}
