import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.optimize import minimize

from tfvae.plotting import labels

POSITIONS = st.lists(st.floats(-1000, 1000), min_size=1, max_size=12)


@given(POSITIONS, st.floats(0, 50))
def test_spread_keeps_order_and_distance(positions, gap):
    result = labels.spread(positions, gap)
    order = np.argsort(positions, kind="stable")
    assert (np.diff(result[order]) >= gap - 1e-6).all()
    assert result.mean() == pytest.approx(np.mean(positions), abs=1e-6)


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=12, unique=True))
def test_spread_moves_nothing_that_stands_apart(positions):
    assert np.allclose(labels.spread(positions, 1.0), positions)


def test_spread_is_the_least_squares_solution():
    positions, gap = np.array([0.0, 0.1, 0.3, 5.0, 5.1]), 1.0
    best = minimize(
        lambda x: np.sum((x - positions) ** 2), positions + np.arange(5), method="SLSQP",
        constraints=[{"type": "ineq", "fun": lambda x, i=i: x[i + 1] - x[i] - gap} for i in range(4)],
    )  # fmt: skip
    assert np.allclose(labels.spread(positions, gap), best.x, atol=1e-5)


def chart(points):
    figure = Figure(figsize=(5, 4), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.scatter(*np.transpose(points))
    figure.draw_without_rendering()
    return axes


def test_names_of_points_never_overlap():
    points = np.random.default_rng(0).uniform(0, 1, (30, 2))
    axes = chart(points)
    names = [f"e{i}-d{i}" for i in range(30)]
    written = labels.label_points(axes, points, names, ["k"] * 30, [labels.AROUND] * 30)
    boxes = [text.get_window_extent() for text in axes.texts]
    assert [text.get_text() for text in axes.texts] == written
    assert len(written) > 10
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    centres = axes.transData.transform(points)
    assert not any(box.contains(*centre) for box in boxes for centre in centres)


def test_a_name_without_room_is_left_out():
    points = np.full((5, 2), 0.5)
    axes = chart(points)
    assert labels.label_points(axes, points, ["a" * 500], ["k"], [labels.AROUND]) == []
    assert len(axes.texts) == 0


def test_axes_without_a_figure_are_refused():
    axes = chart(np.zeros((1, 2)))
    axes.remove()
    with pytest.raises(ValueError, match="no figure"):
        labels.root_figure(axes)
