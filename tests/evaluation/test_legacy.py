"""The thesis's measurements, against what its defects did to known cases."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfvae.data import load
from tfvae.evaluation import last_batch, max_class_gap, max_class_gap_without_class_zero, printed_losses

DATA_DIRECTORY = os.environ.get("TFVAE_DATA_DIR")  # read before the tests' own environment hides it
# How often each digit occurs in the test set of MNIST.
MNIST_COUNTS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=30)


def as_the_thesis_counts(labels, label):
    array = np.asarray(labels)
    return np.count_nonzero(array[array == label]) / len(array)


def test_a_model_that_only_draws_zeros():
    """Two collapsed models of the thesis's grid, with FIDs of 330 and 333, have a TVD of .1135."""
    labels = np.repeat(np.arange(10, dtype=np.uint8), MNIST_COUNTS)
    zeros = np.zeros(10_000, np.uint8)
    assert max_class_gap_without_class_zero(zeros, labels, 10) == 0.1135
    assert max_class_gap(zeros, labels, 10) == 0.902


@given(LABELS, LABELS)
def test_any_labels_are_counted_as_the_thesis_counts(first, second):
    expected = max(abs(as_the_thesis_counts(first, c) - as_the_thesis_counts(second, c)) for c in range(5))
    found = max_class_gap_without_class_zero(first, second, 5)
    assert found == pytest.approx(expected, abs=1e-15)
    assert 0 <= found <= max_class_gap(first, second, 5)
    assert found == max_class_gap_without_class_zero(second, first, 5)


def test_with_one_class_nothing_is_counted():
    assert max_class_gap_without_class_zero([0, 0], [0], 1) == 0.0


def test_bad_labels_are_refused():
    with pytest.raises(ValueError, match=r"labels_2 must be from 0 to 2\. Received: values from 0 to 3"):
        max_class_gap_without_class_zero([0], [0, 3], 3)


def test_every_period_of_the_thesis_ends_with_the_same_images():
    np.testing.assert_array_equal(last_batch(500, 64, 60_000), np.arange(31_936, 32_000))


@given(st.integers(1, 40), st.integers(1, 7), st.integers(7, 50))
def test_the_last_batch_of_a_cyclic_order(steps, batch_size, size):
    seen = [position % size for position in range(steps * batch_size)]
    assert last_batch(steps, batch_size, size).tolist() == seen[-batch_size:]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 64, 100), "steps must be at least 1 and an integer. Received: steps=0"),
        ((1.5, 64, 100), "Received: steps=1.5"),
        ((1, 0, 100), "batch_size must be at least 1"),
        ((1, 101, 100), "size must be at least 101 and an integer. Received: size=100"),
    ],
)
def test_impossible_periods_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        last_batch(*arguments)


@pytest.mark.skipif(not DATA_DIRECTORY, reason="TFVAE_DATA_DIR is not set: no MNIST, no Fashion-MNIST")
@pytest.mark.parametrize(
    ("name", "variance", "published"),
    [("mnist", 52.46, (52.7706, 52.6605)), ("fashion_mnist", 66.37, (66.5301, 66.5449))],
)
def test_the_stick_breaking_models_of_the_thesis_drew_the_mean_image(monkeypatch, name, variance, published):
    """Their printed MSE is the variance of the last mini-batch about the mean image, to 1 %."""
    monkeypatch.setenv("TFVAE_DATA_DIR", DATA_DIRECTORY)
    seen = load(name).x_train[:32_000] / 255
    last = seen[last_batch(500, 64, 60_000)]
    found = printed_losses(np.square(last - seen.mean(axis=0)).sum(axis=(1, 2, 3)), np.full(64, 10.1346), 1)
    assert found["mse"] == pytest.approx(variance, abs=0.1)
    assert found["mse"] == pytest.approx(published[0], rel=0.01)
    assert found["mse"] == pytest.approx(published[1], rel=0.01)


def test_the_printed_divergence_is_multiplied_by_beta():
    """Table 6.3: 25.4636 = 25.2656 + .1980, which is .2 times a raw divergence of .99."""
    found = printed_losses([25.0, 25.5312], [0.98, 1.0], 0.2)
    assert found == pytest.approx({"mse": 25.2656, "beta_x_kl": 0.198, "loss": 25.4636})


@pytest.mark.parametrize(("errors", "kl"), [([], []), ([1.0], [1.0, 2.0]), ([[1.0]], [[1.0]])])
def test_terms_of_other_shapes_are_refused(errors, kl):
    with pytest.raises(ValueError, match=r"vectors of the same length.*kl\.shape="):
        printed_losses(errors, kl, 1)
