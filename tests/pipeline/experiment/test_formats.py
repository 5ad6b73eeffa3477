"""Ranks, against those of SciPy."""

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from pipeline.experiment.formats import rank

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a", "rank 1 of 3 by FID, 2 by TVD"),
        ("b", "rank 2 of 3 by FID, 2 by TVD"),
        ("c", "rank 3 of 3 by FID, 1 by TVD"),
        ("d", "not among the 3 candidates"),
    ],
)
def test_where_an_architecture_stands(name, text):
    values = (("c", 30.0, 0.1), ("a", 10.0, 0.2), ("b", 20.0, 0.2))
    assert rank([{"name": one, "fid": fid, "tvd": tvd} for one, fid, tvd in values], name) == text


@given(PAIRS)
def test_equal_candidates_share_the_best_rank(pairs):
    candidates = [{"name": str(i), "fid": fid, "tvd": tvd} for i, (fid, tvd) in enumerate(pairs)]
    fids, tvds = (scipy.stats.rankdata(values, "min") for values in zip(*pairs, strict=True))
    for i, candidate in enumerate(candidates):
        expected = f"rank {fids[i]} of {len(pairs)} by FID, {tvds[i]} by TVD"
        assert rank(candidates, candidate["name"]) == expected
