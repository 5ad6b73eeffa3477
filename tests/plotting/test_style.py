import io

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from tfvae.plotting import style
from tfvae.plotting.curves import training_curves

STUDY = (0.2, 0.5, 1, 2, 5)
# What the eye without its middle-wave cones sees, in linear RGB (Machado et al., 2009, table 1, deuteranomaly 1.0).
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)


def linear(color):
    channel = np.array(to_rgb(color))
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear sRGB, white point D65 (IEC 61966-2-1, CIE 15)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ np.clip(rgb, 0, 1) / (to_xyz @ np.ones(3))
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eye", [np.eye(3), DEUTERANOPIA], ids=["full colour", "deuteranopia"])
def test_colors_of_models_can_be_told_apart(eye):
    colors = [*(style.beta_color(beta) for beta in STUDY), style.STICK_BREAKING_COLOR]
    points = [lab(eye @ linear(color)) for color in colors]
    distances = [np.linalg.norm(a - b) for i, a in enumerate(points) for b in points[:i]]
    assert min(distances) > 10  # a difference of 2 is just noticeable


def test_color_depends_on_beta_alone_and_grows_lighter_with_it():
    lightness = [lab(linear(style.beta_color(beta)))[0] for beta in (0, 0.01, 0.1, *STUDY, 10, 1000, 1e300)]
    assert lightness == sorted(lightness)
    assert lightness[-1] < 80  # still visible on white
    assert style.beta_color(1) == style.beta_color(1.0)


@pytest.mark.parametrize("beta", [-1, float("nan"), float("inf")])
def test_color_refuses_what_is_no_beta(beta):
    with pytest.raises(ValueError, match="beta="):
        style.beta_color(beta)


@pytest.mark.parametrize(("beta", "text"), [(0.2, "0.2"), (1.0, "1"), (2, "2"), (0.123456789, "0.123456789")])
def test_beta_text_is_the_shortest(beta, text):
    assert style.beta_text(beta) == text


def test_png_is_the_same_bytes_each_time_and_holds_no_date(make_curves):
    png = [style.figure_to_png(training_curves(make_curves(3), title="a")) for _ in range(2)]
    assert png[0] == png[1]
    with Image.open(io.BytesIO(png[0])) as picture:
        assert picture.size == (1725, 1200)
        assert set(picture.info) <= {"dpi"}


def test_saving_twice_gives_the_same_bytes(make_curves):
    figure = training_curves(make_curves(2), title="a")
    assert style.figure_to_png(figure) == style.figure_to_png(figure)


def test_a_note_stands_in_a_strip_below_an_unchanged_figure(make_curves):
    figure = training_curves(make_curves(2), title="a")
    contents = [style.figure_to_png(figure, note) for note in ("", "One sentence.", "Several words. " * 40, "")]
    plain, short, long, again = (np.asarray(Image.open(io.BytesIO(one)).convert("L"), int) for one in contents)
    assert np.array_equal(plain, again)
    assert plain.shape[1] == short.shape[1] == long.shape[1] and len(plain) < len(short) < len(long)
    for noted in (short, long):
        assert np.quantile(np.abs(noted[: len(plain)] - plain), 0.999) <= 16
        strip = noted[len(plain) :]
        assert (strip < 200).any() and strip[:, [0, -1]].min() > 200 and strip[-1].min() > 200  # none are cut off


def test_palette_keeps_colors(make_curves):
    figure = training_curves(make_curves(5), title="a")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=style.DPI)
    with Image.open(buffer) as full, Image.open(io.BytesIO(style.figure_to_png(figure))) as stored:
        difference = np.asarray(full.convert("RGB"), int) - np.asarray(stored.convert("RGB"), int)
    assert np.quantile(np.abs(difference), 0.999) <= 16


@pytest.mark.parametrize("words", [3, 60])
def test_titles_and_notes_stay_inside_the_figure_which_grows(make_curves, words):
    text = " ".join(["word"] * words)
    figure = style.new_figure(5, 3, text, text)
    figure.draw_without_rendering()
    for shown in (figure._suptitle, figure._supxlabel):
        box = shown.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
    assert (figure.get_size_inches()[1] > 3) == (words > 3)


def test_photographs_keep_their_colors(make_images):
    pictures = make_images(6, 8, channels=3)
    figure = style.new_figure(4, 4)
    figure.add_subplot().imshow(pictures.reshape(-1, 64, 3)[:48])
    with Image.open(io.BytesIO(style.figure_to_png(figure))) as stored:
        assert stored.mode == "RGB"


def test_kinds_of_models_have_colors_of_their_own():
    colors = [*style.MODEL_COLORS.values(), style.STICK_BREAKING_COLOR]
    points = [lab(linear(color)) for color in colors]
    assert min(np.linalg.norm(a - b) for i, a in enumerate(points) for b in points[:i]) > 10


def test_settings_of_the_caller_neither_matter_nor_change(make_curves):
    plain = style.figure_to_png(training_curves(make_curves(1), title="a"))
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        assert style.figure_to_png(training_curves(make_curves(1), title="a")) == plain
        assert matplotlib.rcParams["font.size"] == 30
