"""What people give to figures: any text, images of both kinds, very many models, none."""

import importlib
import inspect
import warnings
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.text import Text

from tfvae import plotting
from tfvae.plotting import conditional, images, latents
from tfvae.plotting.identity import Identity

FIGURES = {
    name: function
    for file in Path(plotting.__file__).parent.glob("*.py")
    for name, function in vars(importlib.import_module(f"tfvae.plotting.{file.stem}")).items()
    if not name.startswith("_")
    and hasattr(function, "__wrapped__")
    and function.__module__ == f"tfvae.plotting.{file.stem}"
}
MODEL = Identity("diagonal_gaussian", 2)


def texts(figure):
    return {text.get_text() for text in figure.findobj(Text)}


def pictures(figure):
    return [picture.get_array().tolist() for axes in figure.axes for picture in axes.images]


@pytest.mark.parametrize("text", ["$", "from $5 to $6", r"$\frac$", "a_b^c {d} \\e", "β, ±, ×, ∞"])  # noqa: RUF001
def test_a_title_and_a_name_are_drawn_as_they_are_written(make_images, text):
    figure = plotting.sample_sheets({text: make_images(4)}, title=text, columns=2)
    assert text in texts(figure) and not any(part.get_parse_math() for part in figure.findobj(Text))
    plotting.figure_to_png(figure)


@pytest.mark.parametrize("text", ["\N{CJK UNIFIED IDEOGRAPH-732B}", "a\tb", "\0"])
def test_letters_that_no_font_has_are_refused(make_images, text):
    with matplotlib.rc_context({"font.family": ["DejaVu Sans"]}), pytest.raises(ValueError, match=r"Received: Glyph"):
        images.dataset_preview(make_images(2), [0, 1], title="t", class_names=["a", text])


def test_letters_come_from_the_caller_s_fonts_where_ours_lacks_them(make_images):
    """A font with this one comes with Matplotlib."""
    letter = "\N{LATIN SMALL LETTER K WITH PALATAL HOOK}"
    with matplotlib.rc_context({"font.family": ["STIXGeneral"]}):
        assert letter in texts(images.dataset_preview(make_images(1), [0], title="t", class_names=[letter]))


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_to_draw_is_refused(name):
    call = inspect.signature(FIGURES[name])
    first, *others = call.parameters.values()
    needed = {other.name: "t" for other in others if other.default is other.empty}
    with pytest.raises(ValueError, match=f"{name} needs at least one entry in {first.name}"):
        FIGURES[name](**{first.name: []}, **needed)


@pytest.mark.parametrize("draw", [plotting.fid_by_beta, lambda models, title: plotting.overview(
    dict.fromkeys(("originals", "reconstructions", "plain"), np.zeros((9, 2, 2, 1))), models["mlp"], title=title, beta=1
)])  # fmt: skip
def test_an_fid_over_beta_needs_a_record(draw):
    with pytest.raises(ValueError, match="at least one record"):
        draw({"mlp": []}, title="t")


IMAGES = {
    "dataset_preview": lambda x: images.dataset_preview(x, np.arange(9) % 2, title="t"),
    "variant_grid": lambda x: images.variant_grid({"a": {"plain": x}}, {"plain": "b"}, title="t", note="n"),
    "sample_grid": lambda x: images.sample_grid({MODEL: {"plain": x, "scaled": x}}, scale=2, title="t"),
    "reconstruction_grid": lambda x: images.reconstruction_grid(x, {MODEL: x}, title="t"),
    "class_samples": lambda x: conditional.class_samples(x.reshape(3, 3, *x.shape[1:]), title="t"),
    "manifold_grid": lambda x: plotting.manifold_grid({"beta_1|a": x.reshape(3, 3, *x.shape[1:])}, title="t"),
    "named_rows": lambda x: latents.named_rows({"a": x}, title="t"),
    "traversal_grids": lambda x: latents.traversal_grids({"a": x.reshape(3, 3, *x.shape[1:])}, title="t"),
    "code_maps": lambda x: plotting.code_maps(x, np.zeros((9, 2, 2), int), x, 4, title="t"),
    "sample_sheets": lambda x: plotting.sample_sheets({"a": x}, title="t", columns=4),
    "overview": lambda x: plotting.overview(
        dict.fromkeys(("originals", "reconstructions", "plain"), x),
        [{"beta": 1, "fid": {"mean": 3.0, "values": [3.0]}}], title="t", beta=1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", IMAGES)
def test_images_are_bytes_or_floats_alike(make_images, name):
    pixels = make_images(9)
    bytes_, floats = (IMAGES[name](x) for x in (pixels, (pixels / 255).astype(np.float32)))
    assert pictures(bytes_) and pictures(bytes_) == pictures(floats)


def test_bytes_and_floats_stand_in_one_figure(make_images):
    pixels = make_images(4)
    figure = images.reconstruction_grid(pixels, {MODEL: pixels / 255}, title="t")
    assert (figure.axes[0].images[0].get_array() == images.tile(np.stack([pixels, pixels]))).all()


def test_a_sheet_ends_with_white_images(make_images):
    pixels = make_images(3)
    figure = plotting.sample_sheets({"a": pixels, "b": pixels[:2]}, title="t", columns=2)
    white = np.full((1, *pixels.shape[1:]), 255, np.uint8)
    first, second = (axes.images[0].get_array() for axes in figure.axes)
    assert (first == images.tile(np.concatenate([pixels, white]).reshape(2, 2, 8, 8, 1), gap=1)).all()
    assert (second == images.tile(pixels[None, :2], gap=1)).all()


@pytest.mark.parametrize("draw", [
    lambda x, names: images.dataset_preview(x, [0, 1, 2], title="t", class_names=names),
    lambda x, names: conditional.class_samples(x[:, None], title="t", class_names=names),
])  # fmt: skip
def test_every_class_that_is_drawn_needs_a_name(make_images, draw):
    with pytest.raises(ValueError, match=r"Class 2 needs a name\. Received: class_names=\['a'\]"):
        draw(make_images(3), ["a"])
    assert {"a", "b", "c"} <= texts(draw(make_images(3), ["a", "b", "c", "not there"]))


def test_of_forty_curves_those_that_have_room_are_named(make_curves):
    betas = np.arange(1, 41) / 10
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = plotting.training_curves(make_curves(1, betas=betas), title="t")
    for axes in figure.axes:
        boxes = sorted((text.get_window_extent().extents for text in axes.texts), key=lambda box: box[1])
        assert 5 < len(boxes) < 40
        assert all(below[3] <= above[1] + 1 for below, above in pairwise(boxes))
        lines = {line.get_label() for line in axes.lines}
        assert {f"β = {beta:g}" for beta in betas} <= lines
