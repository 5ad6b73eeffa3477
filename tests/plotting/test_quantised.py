"""Bars with their spread, code maps, sheets of samples and tables: what is drawn where."""

import matplotlib
import numpy as np
import pytest

from tfvae.plotting.images import tile
from tfvae.plotting.quantised import code_maps, color_codes, sample_sheets, score_bars, sweep_tables

SCORES = {"one": [2.0, 4.0, 6.0], "other": [3.0], "third": [1.0, 5.0]}


def test_bars_are_means_and_dots_seeds():
    figure = score_bars(SCORES, title="t", label="score", references={"real": 9.0})
    axes = figure.axes[0]
    assert [bar.get_width() for bar in axes.patches] == [4.0, 3.0, 3.0]
    dots = [line.get_xdata().tolist() for line in axes.lines if line.get_marker() == "o"]
    assert dots == list(SCORES.values())
    # A line of one standard deviation, of three seeds alone: 4 - 2 to 4 + 2.
    [whiskers] = [container for container in axes.containers if hasattr(container, "has_xerr")]
    [segment] = whiskers.lines[2][0].get_segments()
    np.testing.assert_allclose(segment[:, 0], [2, 6])
    assert axes.get_xlim()[1] > 9
    assert [text.get_text() for text in axes.texts] == ["4.00", "3.00  (one seed)", "3.00", "real: 9.00"]
    assert "one seed for 1 of 3" in figure.get_supxlabel()


@pytest.mark.parametrize("reference", [0.2, 5.9, 6.0, 60.0])
def test_numbers_and_notes_cover_neither_each_other_nor_a_line(reference):
    figure = score_bars(SCORES, title="t", label="score", references={"real images": reference})
    axes = figure.axes[0]
    *numbers, note = [text.get_window_extent() for text in axes.texts]
    assert all(box.x0 >= axes.get_window_extent().x1 for box in numbers)
    assert note.x0 >= axes.get_window_extent().x0 and note.x1 <= axes.get_window_extent().x1


def test_bars_need_scores():
    with pytest.raises(ValueError, match="needs a score"):
        score_bars({"one": []}, title="t", label="score")


def test_every_code_has_its_colour_and_its_place():
    codes = np.array([[[0, 4], [2, 1]]])
    picture = color_codes(codes, 5, (6, 4))
    assert picture.shape == (1, 6, 4, 3) and picture.dtype == np.uint8
    shades = np.rint(255 * matplotlib.colormaps["viridis"](np.linspace(0, 1, 5))[:, :3])
    for row, column in np.ndindex(2, 2):
        part = picture[0, 3 * row : 3 * row + 3, 2 * column : 2 * column + 2]
        assert (part == shades[codes[0, row, column]]).all()


def test_code_maps_stand_between_originals_and_reconstructions():
    originals = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)
    codes, made = np.arange(12).reshape(3, 2, 2), 255 - originals
    figure = code_maps(originals, codes, made, 12, title="t")
    rows = [np.repeat(originals, 3, axis=-1), color_codes(codes, 12, (8, 8)), np.repeat(made, 3, axis=-1)]
    assert (figure.axes[0].images[0].get_array() == tile(np.stack(rows))).all()
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["original", "codes", "reconstruction"]


def test_sheets_hold_every_sample_in_order():
    sheets = {name: np.full((12, 4, 4, 1), value, np.uint8) for name, value in zip("abcde", range(5), strict=True)}
    figure = sample_sheets(sheets, title="t", columns=6)
    assert [axes.get_title(loc="center") for axes in figure.axes[:5]] == list("abcde")
    for axes, sheet in zip(figure.axes, sheets.values(), strict=False):
        assert (axes.images[0].get_array() == tile(sheet.reshape(2, 6, 4, 4, 1), gap=1)).all()
    assert not any(axes.images for axes in figure.axes[5:])


def test_tables_write_their_numbers_where_they_belong():
    panels = {"m": [[1.0, 20.0, 300.0], [4.0, 5.5, 6.123]], "n": np.ones((2, 3))}
    figure = sweep_tables(panels, ["r", "s"], ["x", "y", "z"], title="t", axes_names=("rows", "columns"))
    places = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert places == {
        "1.00": (0, 0), "20.0": (1, 0), "300": (2, 0), "4.00": (0, 1), "5.50": (1, 1), "6.12": (2, 1)
    }  # fmt: skip
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["r", "s"]
    assert (figure.axes[0].get_ylabel(), figure.axes[1].get_xlabel()) == ("rows", "columns")


@pytest.mark.parametrize(
    ("lower", "darkest", "said"), [(True, 0, "m\nlower is better"), (False, 1, "m\nhigher is better")]
)
def test_the_better_cell_is_the_darker_whatever_is_better(lower, darkest, said):
    panels = {"m": [[1.0, 2.0]], "neutral": [[1.0, 2.0]]}
    figure = sweep_tables(panels, ["r"], ["x", "y"], title="t", axes_names=("a", "b"), lower={"m": lower})
    shades = [np.asarray(axes.images[0].get_array())[0] for axes in figure.axes]
    assert shades[0].argmax() == darkest and (shades[1] == 0).all()
    assert [axes.get_title(loc="center").strip() for axes in figure.axes] == [said, "neutral"]
