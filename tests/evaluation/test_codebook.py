"""Perplexity and dead codes, on frequencies whose entropy is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from tfvae.evaluation.codebook import code_counts, dead_codes, perplexity


def test_all_codes_equally_often():
    codes = np.arange(128).repeat(3).reshape(-1, 4, 4)
    assert perplexity(codes, 128) == pytest.approx(128)
    assert dead_codes(codes, 128) == 0


def test_one_code_alone():
    assert perplexity(np.full((5, 7, 7), 3), 10) == 1.0
    assert dead_codes(np.full((5, 7, 7), 3), 10) == 9


def test_a_known_distribution():
    # 1/2, 1/4, 1/4: 3/2 ln 2 nats.
    assert perplexity([0, 0, 1, 2], 4) == pytest.approx(2**1.5)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_it_is_the_exponential_of_the_entropy(codes):
    counts = [codes.count(k) for k in range(7)]
    np.testing.assert_array_equal(code_counts(codes, 7), counts)
    assert perplexity(codes, 7) == pytest.approx(np.exp(entropy(counts)))
    assert dead_codes(codes, 7) == counts.count(0)


@pytest.mark.parametrize("codes", [[], [0.0, 1.0], [-1, 0], [0, 10]], ids=str)
def test_other_values_are_refused(codes):
    for measure in (perplexity, dead_codes):
        with pytest.raises(ValueError, match="codes must be "):
            measure(codes, 10)
