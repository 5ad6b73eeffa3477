"""Figures of disentanglement: what is drawn are the means, the extremes, the floors and the correlations given."""

import numpy as np
import pytest

from tfvae.errors import Refused
from tfvae.plotting.disentanglement import correlation_map, ranked_traversals, scores_by_strength

PANELS = {
    "MIG": {"A": {1: [0.1, 0.3], 4: [0.4, 0.8]}, "B": {2.5: [0.5, 0.5]}},
    "UDR": {"A": {1: [0.2, 0.2], 4: [0.3, 0.3]}, "B": {2.5: [0.1, 0.5]}},
}
FLOORS = {"MIG": {"untrained": [0.05, 0.15], "pixels": [0.2]}}


def drawn(axes):
    """Return {name: (strengths, means, [(lowest, highest)])} of the lines with error bars."""
    found = {}
    for container in axes.containers:
        line, _, (bars,) = container.lines
        ends = [tuple(segment[:, 1].tolist()) for segment in bars.get_segments()]
        found[container.get_label()] = (line.get_xdata(), line.get_ydata().tolist(), ends)
    return found


def test_lines_are_means_over_seeds_with_their_extremes():
    figure = scores_by_strength(PANELS, FLOORS, title="T", label="strength")
    mig, udr = figure.axes
    strengths, means, ends = drawn(mig)["A"]
    np.testing.assert_allclose(strengths, [1, 4], rtol=0.05)
    assert means == pytest.approx([0.2, 0.6]) and np.allclose(ends, [(0.1, 0.3), (0.4, 0.8)])
    assert drawn(udr)["B"][1] == pytest.approx([0.3]) and np.allclose(drawn(udr)["B"][2], [(0.1, 0.5)])
    assert mig.get_title(loc="left") == "MIG" and mig.get_xscale() == "log" and mig.get_ylim()[0] == 0
    assert "2 seeds each" in figure._supxlabel.get_text() and "higher is better" in figure._supxlabel.get_text()


def test_floors_are_drawn_where_a_score_has_them():
    mig, udr = scores_by_strength(PANELS, FLOORS, title="T", label="strength").axes
    heights = {line.get_label(): line.get_ydata()[0] for line in mig.lines if line.get_label() in FLOORS["MIG"]}
    assert heights == {"untrained": pytest.approx(0.1), "pixels": pytest.approx(0.2)}
    assert not [line for line in udr.lines if line.get_label() in FLOORS["MIG"]]


@pytest.mark.parametrize("lines", [{"A": {0: [0.1]}}, {"A": {1: []}}, {}])
def test_strengths_need_values_and_a_place_on_a_logarithmic_axis(lines):
    with pytest.raises(Refused, match="strengths above 0, each with a value"):
        scores_by_strength({"MIG": lines}, {}, title="T", label="strength")


def test_a_map_has_every_correlation_and_says_where_there_is_none():
    axes = correlation_map({"a": {"a": 1.0, "b": -0.25}, "b": {"a": -0.25, "b": None}}, title="T").axes[0]
    assert [text.get_text() for text in axes.texts] == ["1.00", "−0.25", "−0.25", "–"]  # noqa: RUF001
    [image] = axes.images
    assert image.get_clim() == (-1, 1)
    assert np.ma.filled(image.get_array(), 9).tolist() == [[1.0, -0.25], [-0.25, 9]]


def test_traversals_name_their_rows():
    grid = np.random.default_rng(0).integers(0, 256, (2, 3, 4, 4, 1), dtype=np.uint8)
    figure = ranked_traversals({"best": (grid, ["3 nats", "1 nat"]), "median": (grid[::-1], ["2", "1"])}, title="T")
    first, second = figure.axes
    assert [text.get_text() for text in first.get_yticklabels()] == ["3 nats", "1 nat"]
    assert (first.get_title(loc="left"), second.get_title(loc="left")) == ("best", "median")
    np.testing.assert_array_equal(first.images[0].get_array()[:4, :4], grid[0, 0, :, :, 0])
    np.testing.assert_array_equal(second.images[0].get_array()[:4, :4], grid[1, 0, :, :, 0])
