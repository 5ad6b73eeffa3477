import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text

from tfvae.plotting.identity import Identity
from tfvae.plotting.images import dataset_preview, reconstruction_grid, sample_grid, tile, variant_grid


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 3), st.sampled_from([1, 3]))
def test_tile_holds_every_image_where_it_belongs(rows, columns, gap, channels):
    images = np.random.default_rng(0).integers(0, 255, (rows, columns, 5, 6, channels), dtype=np.uint8)
    picture = tile(images, gap).reshape(rows * 5 + (rows - 1) * gap, columns * 6 + (columns - 1) * gap, channels)
    for row in range(rows):
        for column in range(columns):
            top, left = row * (5 + gap), column * (6 + gap)
            assert (picture[top : top + 5, left : left + 6] == images[row, column]).all()
    assert (picture == 255).sum() == picture.size - images.size


@pytest.mark.parametrize(
    "images", [np.zeros((2, 0, 4, 4, 1), np.uint8), np.zeros((2, 2, 4, 4, 2), np.uint8), np.zeros(3, np.uint8)]
)
def test_tile_refuses_what_is_no_grid_of_images(images):
    with pytest.raises(ValueError, match="Received: shape="):
        tile(images)


def test_preview_shows_the_first_images_of_every_class(make_images):
    images, labels = make_images(7), np.array([1, 0, 1, 3, 1, 0, 1], np.uint8)
    figure = dataset_preview(images, labels, title="t", columns=3)
    picture = figure.axes[0].images[0].get_array()
    blank = np.full_like(images[0], 255)
    rows = [[images[1], images[5], blank], [images[0], images[2], images[4]], [images[3], blank, blank]]
    assert (picture == tile(np.array(rows))).all()
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["0", "1", "3"]


def test_preview_names_classes(make_images):
    figure = dataset_preview(make_images(2), np.array([1, 0]), title="t", class_names=["shoe", "bag"])
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["shoe", "bag"]


@pytest.mark.parametrize("images", [np.full((1, 1, 2, 2, 1), value) for value in (-0.1, 1.1, np.nan, 1, True)])
def test_images_are_bytes_or_floats_from_0_to_1(images):
    with pytest.raises(ValueError, match=r"images (of the type float64 )?must "):
        tile(images)


@pytest.mark.parametrize("labels", [[], [0], [0, 1, 2]])
def test_preview_needs_a_label_for_each_image(make_images, labels):
    with pytest.raises(ValueError, match="Received: 2 images"):
        dataset_preview(make_images(2), labels, title="t")


def test_samples_stand_above_their_scaled_twins(make_images):
    models = {
        Identity("diagonal_gaussian", 0.2): {"plain": make_images(9), "scaled": 255 - make_images(9)},
        Identity("stick_breaking", 1): {"plain": make_images(9), "scaled": make_images(9)},
    }
    figure = sample_grid(models, scale=30.0, title="t")
    assert len(figure.axes) == 4
    assert [axes.get_title(loc="center") for axes in figure.axes[:2]] == ["β = 0.2", "stick-breaking"]
    arrays = models[Identity("diagonal_gaussian", 0.2)]
    for axes, kind in ((figure.axes[0], "plain"), (figure.axes[2], "scaled")):
        assert (axes.images[0].get_array() == tile(arrays[kind].reshape(3, 3, 8, 8, 1))).all()
    assert any("× 30" in text.get_text() for text in figure.findobj(Text))  # noqa: RUF001


def test_variants_stand_in_lines_of_columns(make_images):
    names, rows = ["a", "b", "c"], {"prior": "as drawn", "scaled": "far out"}
    models = {name: {"prior": make_images(9), "scaled": np.zeros((9, 8, 8, 1), np.uint8)} for name in names}
    models["b"]["prior"] = 255 - make_images(9)
    figure = variant_grid(models, rows, title="t", note="one seed", columns=2)
    drawn = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="center") for axes in drawn] == ["a", "b", "", "", "c", ""]
    assert [axes.get_ylabel() for axes in drawn] == ["as drawn", "", "far out", "", "as drawn", "far out"]
    assert (drawn[1].images[0].get_array() == tile(models["b"]["prior"].reshape(3, 3, 8, 8, 1))).all()
    assert drawn[5].get_xlabel() == "9 of 9 black" and "one seed" in figure.get_supxlabel()
    assert len(figure.axes) == 8


def test_black_samples_are_counted(make_images):
    black = np.zeros((9, 8, 8, 1), np.uint8)
    black[:2, 0, 0] = 255
    figure = sample_grid(
        {Identity("diagonal_gaussian", 1): {"plain": make_images(9), "scaled": black}}, scale=9, title="t"
    )
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "7 of 9 black"]
    assert "tenth of white" in figure.get_supxlabel()


def test_reconstructions_stand_below_their_originals(make_images):
    originals, restored = make_images(4), 255 - make_images(4)
    axes = reconstruction_grid(originals, {Identity("diagonal_gaussian", 2): restored}, title="t").axes[0]
    assert (axes.images[0].get_array() == tile(np.stack([originals, restored]))).all()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["original", "β = 2"]


def test_colour_images_are_drawn_in_colour(make_images):
    originals = make_images(4, channels=3)
    axes = reconstruction_grid(originals, {}, title="t").axes[0]
    assert axes.images[0].get_array().shape == (8, 4 * 8 + 3 * 2, 3)
