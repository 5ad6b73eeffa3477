"""Pictures of latent spaces show the numbers that they are given."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from tfvae.evaluation.summaries import summarize
from tfvae.plotting import latents, style
from tfvae.plotting.images import tile

LABELS = np.array([0, 3, 3, 0, 1, 1])


def picture(axes):
    return np.asarray(axes.get_images()[0].get_array())


def test_rows_stand_in_their_order_with_their_names(make_images):
    rows = {"original": make_images(4), "VAE": make_images(4) // 2}
    figure = latents.named_rows(rows, title="T", note="N")
    [axes] = figure.axes
    np.testing.assert_array_equal(picture(axes), tile(np.stack(list(rows.values()))))
    assert [text.get_text() for text in axes.get_yticklabels()] == ["original", "VAE"]


def test_a_grid_per_model_has_a_row_per_dimension(make_images):
    models = {"VAE": make_images(3, 5), "other": make_images(2, 5)}
    figure = latents.traversal_grids(models, title="T")
    for axes, (name, grid) in zip(figure.axes, models.items(), strict=True):
        np.testing.assert_array_equal(picture(axes), tile(grid, gap=1))
        assert axes.get_title("left") == name
        assert [text.get_text() for text in axes.get_yticklabels()] == [str(i + 1) for i in range(len(grid))]


def test_points_have_the_colour_of_their_class():
    points = np.arange(12.0).reshape(6, 2)
    figure = latents.class_planes({"a": (points, LABELS), "b": (-points, LABELS)}, title="T")
    for axes, sign in zip(figure.axes, (1, -1), strict=True):
        drawn = {collection.get_label(): collection for collection in axes.collections}
        assert set(drawn) == {"0", "1", "3"}
        for label, collection in drawn.items():
            np.testing.assert_array_equal(collection.get_offsets(), sign * points[int(label) == LABELS])
            assert to_hex(collection.get_facecolor()[0]) == latents.class_color(int(label))
    [legend] = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["0", "1", "3"]


def test_silhouettes_are_sorted_within_classes_and_averaged():
    values = np.array([0.5, -0.25, 0.25, 0.125, 0.0, 0.75])
    figure = latents.silhouette_profiles({"VAE": (values, LABELS)}, title="T")
    [axes] = figure.axes
    [line] = axes.lines
    assert line.get_xdata()[0] == pytest.approx(values.mean()) and "0.2292" in axes.get_title("left")
    drawn = [np.unique(collection.get_paths()[0].vertices[:, 0]) for collection in axes.collections]
    for label, found in zip((0, 1, 3), drawn, strict=True):
        assert set(values[label == LABELS]) <= set(found)


def test_bars_are_the_means_and_dots_the_seeds():
    models = {
        "VAE": {"1": summarize([3.0, 5.0]), "2": summarize([1.0, 2.0])},
        "conv": {"1": summarize([2.0, 2.0]), "2": summarize([0.0, 1.0])},
    }
    colors = {"VAE": "#111111", "conv": "#222222"}
    figure = latents.latent_use(models, title="T", colors=colors)
    [axes] = figure.axes
    assert [to_hex(bar.get_facecolor()) for bar in axes.patches] == [colors["VAE"]] * 2 + [colors["conv"]] * 2
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["VAE, 2 seeds", "conv, 2 seeds"]
    assert [bar.get_height() for bar in axes.patches] == [4.0, 1.5, 2.0, 0.5]
    assert [list(line.get_ydata()) for line in axes.lines] == [[3.0, 5.0], [1.0, 2.0], [2.0, 2.0], [0.0, 1.0]]


def test_the_same_figure_has_the_same_bytes(make_images):
    def build():
        return style.figure_to_png(latents.named_rows({"a": make_images(3)}, title="T"))

    assert build() == build()
