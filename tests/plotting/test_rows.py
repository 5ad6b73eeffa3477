"""Models in rows: each mark is the mean of its seeds, and stands in its model's row."""

import numpy as np
import pytest

from tfvae.plotting.rows import dot_rows

ROWS = {"VAE": {"prior": [30.0, 34.0], "mixture": [20.0]}, "other": {"prior": [50.0]}}


def marks(axes):
    return {
        line.get_label(): (list(line.get_xdata()), list(line.get_ydata()))
        for line in axes.lines
        if len(line.get_xdata()) and line.get_linestyle() == "None"
    }


def test_marks_are_means_in_their_rows():
    [axes] = dot_rows(ROWS, title="T", label="FID").axes
    found = marks(axes)
    assert found["prior"][0] == [32.0, 50.0] and found["mixture"][0] == [20.0]
    assert np.round(found["prior"][1]).tolist() == [0, 1] and np.round(found["mixture"][1]).tolist() == [0]
    assert found["prior"][1][0] != found["mixture"][1][0]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["VAE", "other"]
    [ranges] = [lines.get_segments() for lines in axes.collections[:1]]
    assert [segment[:, 0].tolist() for segment in ranges] == [[30.0, 34.0], [50.0, 50.0]]


def test_the_scale_begins_at_zero_or_is_logarithmic_and_references_are_named():
    [axes] = dot_rows(ROWS, title="T", label="FID", references={"pixels": 40.0}).axes
    assert axes.get_xlim()[0] == 0 and "pixels" in [text.get_text() for text in axes.texts]
    [axes] = dot_rows(ROWS, title="T", label="FID", logarithmic=True).axes
    figure = axes.get_figure()
    figure.canvas.draw()
    assert axes.get_xscale() == "log"
    assert {"20", "50"} <= {text.get_text() for text in axes.get_xticklabels()}


@pytest.mark.parametrize("rows", [{}, {"VAE": {}}, {"VAE": {"prior": []}}])
def test_a_kind_without_values_is_refused(rows):
    with pytest.raises(ValueError, match=r"needs a value|at least one entry"):
        dot_rows(rows, title="T", label="FID")
