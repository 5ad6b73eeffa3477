"""Pictures of conditional models show the numbers that they are given."""

import numpy as np
import pandas as pd

from tfvae.plotting import conditional
from tfvae.plotting.images import tile


def test_a_row_per_class(make_images):
    samples = make_images(3, 4)
    [axes] = conditional.class_samples(samples, title="T", class_names=["shirt", "coat", "bag"]).axes
    np.testing.assert_array_equal(np.asarray(axes.get_images()[0].get_array()), tile(samples))
    assert [text.get_text() for text in axes.get_yticklabels()] == ["shirt", "coat", "bag"]
    [axes] = conditional.class_samples(samples, title="T").axes
    assert [text.get_text() for text in axes.get_yticklabels()] == ["0", "1", "2"]


def test_a_row_of_the_table_sums_to_all_that_was_requested():
    [axes] = conditional.confusion_table([[3, 1, 0], [0, 2, 0], [1, 1, 2]], title="T").axes
    found = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in axes.texts}
    assert found == {
        (0, 0): "75.0", (0, 1): "25.0", (1, 1): "100.0", (2, 0): "25.0", (2, 1): "25.0", (2, 2): "50.0",
    }  # fmt: skip


TABLE = pd.DataFrame(
    {
        "trial": [0, 1, 2, 3],
        "state": ["complete", "diverged", "pruned", "complete"],
        "latent_dim": [2.0, 5.0, 2.0, 10.0],
        "optimizer": ["adam", "adagrad", "adam", "rmsprop"],
        "share": [1.0, 0.0, 0.2, 1.0],
        "loss": [120.0, np.nan, 150.0, 110.0],
    }
)


def test_trials_stand_where_their_choices_are():
    course, latents, optimizers = conditional.trials(TABLE, title="T", first="F").axes
    points = {c.get_label(): np.asarray(c.get_offsets()) for c in course.collections}
    assert points["complete"].tolist() == [[0, 120], [3, 110]] and points["pruned"].tolist() == [[2, 150]]
    assert "diverged" not in points  # it has no loss
    [best] = course.lines
    assert list(best.get_ydata()) == [120.0, 120.0, 120.0, 110.0]
    assert [text.get_text() for text in latents.get_xticklabels()] == ["2", "5", "10"]
    assert [text.get_text() for text in optimizers.get_xticklabels()] == ["adagrad", "adam", "rmsprop"]
    complete = next(c for c in latents.collections if c.get_label() == "complete")
    assert np.rint(np.asarray(complete.get_offsets())[:, 0]).tolist() == [0, 2]


def test_a_ring_marks_the_first_trial():
    course, latents, _ = conditional.trials(TABLE, title="T", first="the first").axes
    [ring] = [points for points in course.collections if points.get_label() == "the first"]
    assert ring.get_offsets().tolist() == [[0, 120]] and len(ring.get_facecolor()) == 0
    assert "the first" in [text.get_text() for text in course.get_legend().get_texts()]
    assert latents.collections[-1].get_offsets()[0, 1] == 120


def test_three_choices_stand_in_a_row():
    more = {f"choice_{number}": 1 for number in range(4)}
    figure = conditional.trials(TABLE.assign(**more), title="T", first="F")
    figure.draw_without_rendering()
    rows = [round(axes.get_position().y0, 3) for axes in figure.axes[1:]]
    assert len(set(rows)) == 2 and rows[:3] == [rows[0]] * 3 and rows[3:] == [rows[3]] * 3


def test_a_trial_far_above_stands_at_the_edge():
    losses = [110.0 + place for place in range(11)] + [5000.0]
    table = pd.DataFrame({"trial": range(12), "state": "complete", "loss": losses, "latent_dim": 2, "share": 1.0})
    figure = conditional.trials(table, title="T", first="F")
    points, _ = figure.axes[0].collections
    edge = points.get_offsets()[-1, 1]
    assert 120 < edge <= figure.axes[0].get_ylim()[1] < 130
    assert np.asarray(points.get_offsets())[:-1, 1].tolist() == losses[:-1]
    assert any("up to 5000" in text.get_text() for text in figure.texts)


def test_the_legend_covers_no_trial():
    course = conditional.trials(TABLE, title="T", first="F").axes[0]
    assert course.get_legend().get_window_extent().y0 >= course.get_window_extent().y1
