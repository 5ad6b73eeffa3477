import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfvae.plotting.sticks import expected_stick_weights


def test_uniform_fractions_halve_what_is_left():
    assert np.allclose(expected_stick_weights(4, 1.0), [1 / 2, 1 / 4, 1 / 8, 1 / 8])


def test_concentration_of_five_leaves_nearly_half_for_the_fifth_stick():
    assert expected_stick_weights(5, 5.0)[-1] == pytest.approx((5 / 6) ** 4)


@given(st.integers(1, 60), st.floats(0.01, 100))
def test_weights_sum_to_one(count, concentration):
    assert expected_stick_weights(count, concentration).sum() == pytest.approx(1.0)


def test_weights_are_the_means_of_broken_sticks():
    generator = np.random.default_rng(0)
    fractions = generator.beta(1, 2.5, (200_000, 5))
    left = np.cumprod(np.column_stack([np.ones(len(fractions)), 1 - fractions]), axis=1)
    sticks = np.column_stack([fractions, np.ones(len(fractions))]) * left
    assert np.allclose(expected_stick_weights(6, 2.5), sticks.mean(axis=0), atol=2e-3)


@pytest.mark.parametrize(("count", "concentration"), [(0, 1.0), (3, 0.0), (3, float("inf")), (3, float("nan"))])
def test_bad_arguments_are_refused(count, concentration):
    with pytest.raises(ValueError, match="Received: count="):
        expected_stick_weights(count, concentration)
