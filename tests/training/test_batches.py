"""Which images a step sees: exact properties of each strategy, and the statistics of the random ones."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from tfvae.training import BATCHES
from tfvae.training.batches import cyclic, independent, random_slices, shuffled, strict

KEYS = st.integers(-(2**31), 2**31 - 1)
RANDOM = {"shuffled", "random_slices", "independent"}


@st.composite
def sizes(draw):
    """Numbers of images and of images per step, such that an epoch has few steps."""
    size = draw(st.integers(1, 60))
    return size, draw(st.integers((size + 5) // 6, size))


def run(strategy, first, steps, size, batch_size, key=7):
    """Return the indices (steps, batch_size) of consecutive steps."""
    return strategy(tf.range(first, first + steps), size, batch_size, tf.constant(key, tf.int32)).numpy()


def epochs(size, batch_size, count, key=7):
    """Return the order (count, size) of the first epochs of `shuffled`."""
    steps = -(-count * size // batch_size)
    return run(shuffled, 0, steps, size, batch_size, key).ravel()[: count * size].reshape(count, size)


@pytest.fixture(scope="module")
def many_epochs():
    """The first 64 positions of 400 epochs of 1,472 images."""
    size, batch_size = 23 * 64, 64

    firsts = tf.function(lambda: shuffled(tf.range(0, 400 * 23, 23), size, batch_size, tf.constant(11)))
    return size, firsts().numpy()


@settings(max_examples=30)
@given(sizes(), KEYS)
def test_an_epoch_sees_every_image_once(sizes, key):
    size, batch_size = sizes
    for order in epochs(size, batch_size, 2, key):
        np.testing.assert_array_equal(np.sort(order), np.arange(size))


def test_a_batch_may_straddle_two_epochs():
    indices = run(shuffled, 0, 7, 10, 4).ravel()
    whole = epochs(10, 4, 2)
    np.testing.assert_array_equal(indices[:20], whole.ravel())
    assert len(set(indices[8:10]) | set(whole[0][:8])) == 10  # the third batch: two of the first epoch, ...
    assert len(set(indices[10:12]) | set(whole[1][2:])) == 10  # ... two of the second


def test_the_batch_size_does_not_change_the_order():
    for batch_size in (3, 20, 50):
        np.testing.assert_array_equal(epochs(50, batch_size, 2), epochs(50, 7, 2))


def test_epochs_and_keys_have_orders_of_their_own():
    size = 400
    orders = [*epochs(size, 100, 3, key=1), *epochs(size, 100, 3, key=2)]
    for i in range(len(orders)):
        for other in orders[:i]:
            assert (orders[i] == other).mean() < 0.05
            assert abs(scipy.stats.spearmanr(orders[i], other).statistic) < 5 / np.sqrt(size)
        assert abs(scipy.stats.spearmanr(orders[i], np.arange(size)).statistic) < 5 / np.sqrt(size)


def test_every_image_is_as_likely_at_every_position(many_epochs):
    size, orders = many_epochs
    for position in (0, 1, 31, 63):
        counts = np.histogram(orders[:, position], 16, (0, size))[0]
        assert scipy.stats.chisquare(counts).pvalue > 1e-3


def test_neighbours_in_a_batch_are_independent(many_epochs):
    size, orders = many_epochs
    for first, second in ((0, 1), (2, 3), (0, 32), (5, 63)):
        distances = (orders[:, second] - orders[:, first]) % size - 1
        assert scipy.stats.chisquare(np.histogram(distances, 16, (0, size - 1))[0]).pvalue > 1e-3


def test_images_meet_by_chance(many_epochs):
    """How many of the images below 64 an epoch's first batch holds is hypergeometric."""
    size, orders = many_epochs
    law = scipy.stats.hypergeom(size, 64, 64)
    found = (orders < 64).sum(axis=1)
    assert abs(found.mean() - law.mean()) < 4 * law.std() / np.sqrt(len(found))
    assert 0.75 < found.var() / law.var() < 1.3


@settings(max_examples=30)
@given(sizes(), st.integers(0, 100))
def test_cyclic_wraps_around(sizes, first):
    size, batch_size = sizes
    expected = np.arange(first * batch_size, (first + 5) * batch_size) % size
    np.testing.assert_array_equal(run(cyclic, first, 5, size, batch_size).ravel(), expected)


@settings(max_examples=30)
@given(sizes())
def test_strict_repeats_the_full_batches(sizes):
    size, batch_size = sizes
    full = [np.arange(start, start + batch_size) for start in range(0, size - batch_size + 1, batch_size)]
    np.testing.assert_array_equal(run(strict, 0, 2 * len(full), size, batch_size), full * 2)


@pytest.mark.parametrize("size", [40, 47])
def test_random_slices_are_full_batches_drawn_evenly(size):
    batches = run(random_slices, 0, 400, size, 10)
    slices, counts = np.unique(batches, axis=0, return_counts=True)
    np.testing.assert_array_equal(slices, np.arange(40).reshape(4, 10))
    assert scipy.stats.chisquare(counts).pvalue > 1e-3
    repeats = (batches[1:, 0] == batches[:-1, 0]).mean()
    assert abs(repeats - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 399)


def test_independent_images_are_drawn_evenly_with_replacement():
    batches = run(independent, 0, 100, 20, 50)
    assert scipy.stats.chisquare(np.bincount(batches.ravel(), minlength=20)).pvalue > 1e-3
    assert all(len(set(batch)) < 50 for batch in batches)
    assert not (batches[1:] == batches[:-1]).all(axis=1).any()


@pytest.mark.parametrize("name", BATCHES)
def test_the_key_decides_what_is_random(name):
    one, same, other = (run(BATCHES[name], 0, 6, 90, 12, key) for key in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any() == (name in RANDOM)


@pytest.mark.parametrize("name", BATCHES)
def test_a_step_needs_none_of_the_others(name):
    """Not even the greatest one, at which the number of images seen exceeds 32 bits."""
    steps = tf.constant([7, 0, 5, 5, 21])
    batches = BATCHES[name](steps, 50, 8, tf.constant(3)).numpy()
    for step, batch in zip(steps.numpy(), batches, strict=True):
        np.testing.assert_array_equal(batch, run(BATCHES[name], step, 1, 50, 8, key=3)[0])
    batch = BATCHES[name](tf.constant([2**31 - 2]), 60_000, 64, tf.constant(7)).numpy()[0]
    assert batch.dtype == np.int32
    assert batch.shape == (64,)
    assert batch.min() >= 0
    assert batch.max() < 60_000
    if name == "cyclic":
        np.testing.assert_array_equal(batch, ((2**31 - 2) * 64 + np.arange(64)) % 60_000)


@pytest.mark.parametrize("name", BATCHES)
def test_a_compiled_function_gives_the_same(name):
    compiled = tf.function(lambda steps: BATCHES[name](steps, 30, 8, tf.constant(7)))
    np.testing.assert_array_equal(compiled(tf.range(8)), run(BATCHES[name], 0, 8, 30, 8))
