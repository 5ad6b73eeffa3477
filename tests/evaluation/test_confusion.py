import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from tfvae.evaluation import confusion


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_it_counts_as_scikit_learn_does(pairs):
    requested, received = np.array(pairs, np.uint8).T
    expected = confusion_matrix(requested, received, labels=range(5))
    np.testing.assert_array_equal(confusion(requested, received, 5), expected)


def test_the_diagonal_is_where_both_agree():
    counts = confusion([0, 0, 2, 1], [0, 2, 2, 1], 3)
    assert counts.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]] and counts.dtype == np.int64
    assert np.trace(counts) / counts.sum() == 0.75


@pytest.mark.parametrize(
    ("requested", "received", "message"),
    [
        ([], [], "requested must be a vector of integers"),
        ([0, 1], [0], "received must be a vector of 2 integers"),
        ([0.0], [0.0], "requested must be a vector of integers"),
        ([[0]], [[0]], "requested must be a vector of integers"),
        ([3], [0], r"requested must be from 0 to 2\. Received: values from 3 to 3"),
        ([0], [-1], r"received must be from 0 to 2\. Received: values from -1"),
    ],
)
def test_what_are_no_labels_is_refused(requested, received, message):
    with pytest.raises(ValueError, match=message):
        confusion(requested, received, 3)
