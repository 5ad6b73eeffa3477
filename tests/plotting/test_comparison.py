"""Models side by side: every seed, every part of the loss, and scales that hide nothing in silence."""

import numpy as np
import pandas as pd
import pytest

from tfvae.plotting.comparison import held_out_curves, seed_dots

COLORS = {"VAE": "#111111", "other": "#222222"}


def history(seed=0, epochs=3, **parts):
    epoch = np.arange(1, epochs + 1)
    columns = {f"{head}{part}": values + seed for part, values in parts.items() for head in ("", "validation_")}
    return pd.DataFrame({"epoch": epoch, **columns})


def test_each_measure_has_its_panel():
    panels = {"silhouette": {"VAE": [0.1, 0.3], "other": [0.2]}, "error": {"VAE": [1.0, 2.0], "other": [3.0]}}
    figure = seed_dots(panels, title="T", colors=COLORS)
    for axes, (name, models) in zip(figure.axes, panels.items(), strict=True):
        assert axes.get_title("left") == name
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        assert [list(line.get_ydata()) for line in dots] == list(models.values())
        assert [line.get_color() for line in dots] == list(COLORS.values())
        means = [collection.get_segments()[0][0][1] for collection in axes.collections]
        assert means == pytest.approx([np.mean(values) for values in models.values()])
        assert [text.get_text() for text in axes.texts] == [f"{np.mean(values):.3g}" for values in models.values()]


@pytest.mark.parametrize(("count", "shape"), [(2, (1, 2)), (6, (2, 3)), (8, (2, 4))])
def test_panels_stand_in_rows_that_a_page_can_show(count, shape):
    figure = seed_dots({str(i): {"VAE": [1.0]} for i in range(count)}, title="T", colors=COLORS)
    assert figure.axes[0].get_gridspec().get_geometry() == shape


@pytest.mark.parametrize(("values", "bottom"), [([0.9, 0.91], 0), ([0.0, 0.0], 0), ([-0.1, 0.3], -0.1)])
def test_axes_begin_at_zero_or_below_all_values(values, bottom):
    [axes] = seed_dots({"m": {"VAE": values}}, title="T", colors=COLORS).axes
    low, high = axes.get_ylim()
    assert (low == 0 if bottom == 0 else low < bottom) and high > max(values)


def test_curves_of_every_seed_are_drawn():
    tables = [history(seed, loss=np.array([9.0, 5, 4])) for seed in (0, 1)]
    figure = held_out_curves({"VAE": tables, "other": tables[:1]}, title="T", colors=COLORS)
    first, second = figure.axes
    assert len(first.lines) == 4 and len(second.lines) == 2
    assert list(first.lines[3].get_ydata()) == [10.0, 6, 5]
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["training", "held out"]


def test_a_loss_is_split_into_its_parts():
    table = history(loss=np.array([9.0, 5, 4]), distortion=np.array([7.0, 3, 2]), kl=np.array([2.0, 2, 2]))
    figure = held_out_curves({"VAE": [table], "other": [table]}, title="T", colors=COLORS)
    drawn = [list(axes.lines[0].get_ydata()) for axes in figure.axes]
    assert drawn == [[9, 5, 4]] * 2 + [[7, 3, 2]] * 2 + [[2, 2, 2]] * 2
    labels = [axes.get_ylabel() for axes in figure.axes[::2]]
    assert [("lower is better" in label) for label in labels] == [True, True, False]


def test_one_epoch_is_enough():
    [axes] = held_out_curves({"VAE": [history(epochs=1, loss=np.array([5.0]))]}, title="T", colors=COLORS).axes
    assert axes.get_ylim()[0] < 5 < axes.get_ylim()[1] and not axes.texts


@pytest.mark.parametrize(("first", "cut"), [(500.0, True), (12.0, False)])
def test_epochs_above_the_scale_are_told(first, cut):
    [axes] = held_out_curves({"VAE": [history(loss=np.array([first, 10, 4]))]}, title="T", colors=COLORS).axes
    assert (axes.get_ylim()[1] < first) == cut
    assert [text.get_text() for text in axes.texts] == ([f"first epochs: up to {first:.0f} ↑"] if cut else [])
