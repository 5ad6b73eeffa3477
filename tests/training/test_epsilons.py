"""On what the noise of a step depends."""

import numpy as np
import pytest
import tensorflow as tf

from tfvae.training import EPSILONS

# Name: (what the draw depends on, whether one row serves the whole batch).
EXPECTED = {
    "all_random": ({"step", "key"}, False),
    "one_each_time": ({"step", "key"}, True),
    "same_epsilon": ({"fit", "key"}, True),
    "same_epsilon_set": ({"fit", "key"}, False),
    "frozen": ({"key"}, True),
    "always_same": (set(), True),
    "always_same_set": (set(), False),
}


def seed_of(name, **changes):
    values = {"step": 3, "fit": 1, "key": 77} | changes
    seed, _ = EPSILONS[name](*(tf.constant(values[part], tf.int32) for part in ("step", "fit", "key")))
    assert seed.shape == (2,)
    assert seed.dtype == tf.int32
    return seed.numpy()


def test_every_strategy_is_described_here():
    assert set(EXPECTED) == set(EPSILONS)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_draw_depends_on_what_the_strategy_says(name):
    depends = {part for part in ("step", "fit", "key") if (seed_of(name, **{part: 5}) != seed_of(name)).any()}
    assert depends == EXPECTED[name][0]
    np.testing.assert_array_equal(seed_of(name), seed_of(name))


@pytest.mark.parametrize("name", EXPECTED)
def test_rows_are_shared_where_the_strategy_says(name):
    _, shared = EPSILONS[name](*(tf.constant(value) for value in (3, 1, 77)))
    assert shared is EXPECTED[name][1]


def test_the_constant_noise_is_the_thesis_s_seed():
    np.testing.assert_array_equal(seed_of("always_same"), [111, 111])
    np.testing.assert_array_equal(seed_of("always_same_set"), [111, 111])
