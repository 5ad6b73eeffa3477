"""The Pareto front against a published grid and the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tfvae.evaluation import pareto_front

# FID and TVD of seventeen dense architectures on MNIST, as published by the study that this project reproduces.
GRID = np.array(
    [
        [246.04, 0.1074],
        [261.54, 0.2651],
        [243.96, 0.1916],
        [235.75, 0.158],
        [250.55, 0.3135],
        [243.33, 0.1003],
        [273.03, 0.7794],
        [238.06, 0.2219],
        [259.22, 0.5021],
        [237.39, 0.3437],
        [211.64, 0.3781],
        [190.39, 0.1137],
        [199.83, 0.2559],
        [208.94, 0.0961],
        [220.03, 0.2031],
        [230.88, 0.2358],
        [246.51, 0.3669],
    ]
)
# Few distinct values, so that ties are common.
VALUES = st.integers(0, 4).map(float)
COSTS = arrays(np.float64, st.tuples(st.integers(1, 15), st.integers(1, 3)), elements=VALUES)
EXTREMES = arrays(np.float64, (8, 3), elements=VALUES | st.sampled_from([np.inf, -np.inf, 1e308, -1e308, 5e-324, -0.0]))


def dominates(q, p):
    return all(a <= b for a, b in zip(q, p, strict=True)) and q != p


@settings(max_examples=300)
@given(COSTS | EXTREMES)
def test_any_costs(costs):
    rows = [tuple(row) for row in costs.tolist()]
    expected = [i for i, p in enumerate(rows) if not any(dominates(q, p) for q in rows)]
    assert pareto_front(costs).tolist() == expected
    assert expected


@given(COSTS, st.randoms(use_true_random=False))
def test_the_order_of_candidates_and_monotone_scales_do_not_matter(costs, random):
    order = list(range(len(costs)))
    random.shuffle(order)
    front = {order[i] for i in pareto_front(costs[order])}
    assert front == set(pareto_front(costs).tolist())
    np.testing.assert_array_equal(pareto_front(np.exp(costs) - 7), pareto_front(costs))


def test_the_published_grid():
    front = pareto_front(GRID)
    assert front.dtype == np.intp
    assert [tuple(row) for row in GRID[front]] == [(190.39, 0.1137), (208.94, 0.0961)]


def test_exact_ties_are_kept():
    assert pareto_front([[1, 2], [1, 2], [2, 1], [1, 3], [2, 2]]).tolist() == [0, 1, 2]


def test_one_objective_keeps_every_minimum():
    assert pareto_front([[3], [1], [2], [1]]).tolist() == [1, 3]


def test_a_chain_of_trade_offs_is_kept_whole():
    assert pareto_front([[i, -i] for i in range(50)]).tolist() == list(range(50))


def test_infinite_costs_are_dominated_by_finite_ones():
    assert pareto_front([[np.inf, np.inf], [1.0, 2.0], [0.5, np.inf]]).tolist() == [1, 2]


def test_no_candidates():
    assert pareto_front(np.zeros((0, 2))).tolist() == []


@pytest.mark.parametrize("costs", [[1.0, 2.0], np.zeros((3, 0)), np.zeros((2, 2, 2)), [[1.0, np.nan]]])
def test_refuses_bad_costs(costs):
    with pytest.raises(ValueError, match="costs must"):
        pareto_front(costs)
