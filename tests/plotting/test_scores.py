"""What figures say of a score in words."""

import pytest

from tfvae.evaluation.metrics import METRICS
from tfvae.plotting import scores


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ("fid", "X  (lower is better)"),
        ("mse", "X  (lower is better)"),
        ("inception_score", "X  (higher is better)"),
        ("coverage", "X  (higher is better)"),
        ("kl", "X"),
    ],
)
def test_an_axis_says_which_way_is_better(score, said):
    assert scores.titled("X", score) == said


def test_every_metric_has_the_direction_of_its_entry():
    assert all(scores.lower_is_better(name) == metric.lower_is_better for name, metric in METRICS.items())


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([1], "one seed each"),
        ([3, 3], "3 seeds each"),
        ([5, 3], "3 to 5 seeds each"),
        ([5, 1, 1], "one seed for 2 of 3, else up to 5"),
    ],
)
def test_seeds_are_counted_in_words(counts, said):
    assert scores.of_seeds(counts) == said
