"""What comes about by chance, against every deal; ranks against SciPy and against a known coverage."""

import itertools
from collections import Counter

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from pipeline.jobs.closure import ROOT
from pipeline.published.chance import by_kind, expected, searches, spearman
from pipeline.published.references import parse

FIGURES = parse((ROOT / "references" / "figures.csv").read_text(encoding="utf-8"))
PAIRS = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=5)


def word(published, ours):
    return "near" if abs(published - ours) < 3 else "same order" if published < 2 * ours < 4 * published else "far"


@given(PAIRS)
def test_the_expectation_is_the_mean_over_all_deals(pairs):
    counts = Counter()
    deals = list(itertools.permutations(range(len(pairs))))
    for deal in deals:
        counts.update(word(pairs[dealt][0], ours) for dealt, (_, ours) in zip(deal, pairs, strict=True))
    found = expected(pairs, lambda dealt, line: word(dealt[0], line[1]))
    assert found == pytest.approx({outcome: count / len(deals) for outcome, count in counts.items()})


def test_values_are_dealt_among_lines_of_one_kind():
    groups = by_kind(FIGURES)
    assert sorted(figure.line for group in groups for figure in group) == [figure.line for figure in FIGURES]
    sizes = {(group[0].model, group[0].metric): len(group) for group in groups if "-grid0" in group[0].model}
    assert sizes == {
        ("mlp-grid0", "fid"): 17, ("mlp-grid0", "tvd_max"): 17, ("cnn-grid0", "fid"): 24, ("cnn-grid0", "tvd_max"): 24,
    }  # fmt: skip
    for group in groups:
        assert len({(figure.origin, figure.dataset, figure.metric) for figure in group}) == 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=12))
def test_ranks_correlate_as_scipy_says(pairs):
    ones, others = zip(*pairs, strict=True)
    found = spearman(ones, others)
    if len(set(ones)) == 1 or len(set(others)) == 1:
        assert found is None
    else:
        assert found.value == pytest.approx(scipy.stats.spearmanr(ones, others).statistic) and found.n == len(pairs)
        assert -1 <= found.interval[0] <= found.value <= found.interval[1] <= 1
        assert spearman([-one for one in ones], others).value == pytest.approx(-found.value)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """Of normal pairs with correlation r, the rank correlation is 6 arcsin(r / 2) / pi."""
    normal, truth = np.random.default_rng(0), 6 / np.pi * np.arcsin(0.6 / 2)
    covered = 0
    for _ in range(2000):
        pairs = normal.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 24)
        low, high = spearman(pairs[:, 0], pairs[:, 1]).interval
        covered += low <= truth <= high
    assert covered / 2000 == pytest.approx(0.95, abs=0.02)


def test_few_and_perfect_ranks():
    assert spearman([1, 2, 3], [1, 3, 2]).interval is None
    assert spearman([1, 2, 3, 4], [2, 4, 6, 8]).interval == (1, 1)


def row(model, metric, published, ours, network="mlp"):
    corrected = None if ours is None else {"mean": ours}
    return {"dataset": "mnist", "model": f"{network}-{model}", "metric": metric, "published": published,
            "corrected": corrected}  # fmt: skip


def test_a_search_that_tells_nothing_reaches_as_much_by_chance():
    """Ours are all alike, so any deal reaches the same; of the others, each has one partner."""
    alike = [row(f"grid{i}", "fid", published, 100.0) for i, published in enumerate([60, 90, 140, 300])]
    ranked = [row(f"grid{i}", "fid", 10.0**i, 10.0**i, "cnn") for i in range(4)]
    others = [row("grid9", "fid", 90.0, None), row("pareto0", "fid", 90.0, 90.0), row("grid0", "tvd_max", 0.1, 0.1)]
    found = {(one["network"], one["metric"]): one for one in searches([*alike, *ranked, *others])}
    assert found["mlp", "fid"] == {
        "dataset": "mnist", "network": "mlp", "metric": "fid", "candidates": 4, "spearman": None, "interval": None,
        "within_factor": 3, "by_chance": 3.0,
    }  # fmt: skip
    assert found["cnn", "fid"]["spearman"] == 1 and found["cnn", "fid"]["within_factor"] == 4
    assert found["cnn", "fid"]["by_chance"] == 1.0
    assert found["mlp", "tvd_max"]["candidates"] == 1
