"""The common look of all figures: fonts, one colour per model, layout, and PNG bytes that never change by chance."""

import inspect
import io
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from functools import wraps
from typing import Any, Literal, ParamSpec, cast

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from tfvae.errors import Refused

P = ParamSpec("P")

DPI = 150
TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
INK = "#222222"
FAINT = "#8a8a8a"
GRID = "#e4e4e4"
RED = "#c62828"
BLUE = "#1f5fa8"
STICK_BREAKING_COLOR = "#d81b60"
# One colour per kind of model, in every figure and on every page, by the kind's name in records.
MODEL_COLORS = {
    "auto_encoder": "#6d4c41", "vae": BLUE, "conv_vae": "#0097a7", "conditional_vae": "#7b1fa2", "beta-vae": "#2e7d32",
    "vq-vae": "#d95f02",
}  # fmt: skip

_SETTINGS: dict[str, Any] = {
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,  # titles and names are text: a $ in them is a $
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.titlesize": 14,
    "figure.titleweight": "bold",
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
}


@contextmanager
def _look() -> Iterator[None]:
    # Starting from matplotlib's own defaults keeps a person's matplotlibrc out of the figures. The caller's settings
    # come back on exit.
    settings: dict[Any, Any] = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith("backend")}
    # DejaVu Sans comes with matplotlib, so that every machine draws the same letters; the caller's fonts follow for
    # letters that it lacks.
    family = {"font.family": ["DejaVu Sans", *matplotlib.rcParams["font.family"]]}
    with matplotlib.rc_context(settings | _SETTINGS | family):
        yield


def styled(build: Callable[P, Figure]) -> Callable[P, Figure]:
    """Return `build`, run with the shared look in force and the caller's settings restored afterwards.

    Nothing to draw (a first argument without entries) and letters that no font has are refused.

    The figure's layout is computed and then kept. Otherwise each drawing computes it anew from the one before, and two
    drawings of one figure differ by a pixel here and there.
    """
    call = inspect.signature(build)

    @wraps(build)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        name, drawn = next(iter(call.bind(*args, **kwargs).arguments.items()))
        if len(cast(Sized, drawn)) == 0:
            raise Refused(f"{build.__name__} needs at least one entry in {name}. Received: none")
        with _look(), _every_letter():
            figure = build(*args, **kwargs)
            for _ in range(2):  # the first pass does not yet know how wide the labels at the edges are
                figure.draw_without_rendering()
            figure.set_layout_engine("none")
        return figure

    return wrapper


@contextmanager
def _every_letter() -> Iterator[None]:
    """Refuse letters that no font has: they would be drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "Glyph .* missing")
        try:
            yield
        except UserWarning as missing:
            raise Refused(
                "Titles and names need letters that a font has: choose others, or add a font that has them to "
                f'matplotlib.rcParams["font.family"]. Received: {missing}'
            ) from None


def new_figure(width: float, height: float, title: str | None = None, note: str | None = None) -> Figure:
    """Return an empty figure of `width` x `height` inches, at 150 dpi with constrained layout.

    The title stands above the picture on the left, the note, on how to read it, in small letters below. What is wider
    than the figure goes on in further lines, which add to its height.
    """
    figure = Figure(
        figsize=(width, height), dpi=DPI, layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.09, wspace=0.02)
    )
    FigureCanvasAgg(figure)  # the canvas gives text sizes in pixels, which the placement of labels needs
    if title:
        _fit(figure.suptitle(title, x=0.09 / width, ha="left"), figure)
    if note:
        _fit(figure.supxlabel(note, x=0.09 / width, ha="left", fontsize=9, color=FAINT), figure)
    return figure


def _fit(text: Text, figure: Figure) -> None:
    """Break a text into lines that fit the figure, which grows by what they need."""
    words, letters, before = text.get_text(), len(text.get_text()), text.get_window_extent().height
    edge = figure.bbox.x1 - 0.09 * DPI
    while text.get_window_extent().x1 > edge and letters > 1:
        letters -= 1
        text.set_text("\n".join(textwrap.wrap(words, letters)))
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + (text.get_window_extent().height - before) / DPI)


def grid_axes(
    figure: Figure,
    rows: int,
    columns: int,
    *,
    sharex: bool | Literal["col"] = False,
    sharey: bool | Literal["row"] = False,
) -> list[Axes]:
    """Return `rows * columns` axes of `figure`, row by row."""
    axes = figure.subplots(rows, columns, squeeze=False, sharex=sharex, sharey=sharey)
    return [cell for row in axes for cell in row]


def figure_to_png(figure: Figure, note: str = "") -> bytes:
    """Return `figure` as PNG, the same bytes for the same figure: without a date and without a software version.

    A note stands in small letters in a strip that is added below.

    A figure without colour images is stored with a palette of 256 colours, each within a few of 255 levels, which
    halves what Git keeps; in a photograph it would show.
    """
    drawn, stored = io.BytesIO(), io.BytesIO()
    with _look(), _strip_below(figure, note) as box:
        options: dict[str, Any] = {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": 1}}
        figure.savefig(drawn, format="png", dpi=DPI, bbox_inches=box, **options)
    with Image.open(drawn) as picture:
        packed = picture.convert("RGB")
    if not any(np.asarray(image.get_array()).ndim == 3 for axes in figure.axes for image in axes.images):
        packed = packed.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    packed.save(stored, format="PNG", optimize=True, dpi=(DPI, DPI))
    return stored.getvalue()


@contextmanager
def _strip_below(figure: Figure, note: str) -> Iterator[Bbox | None]:
    """Let a note stand below a figure, and give the box of both in inches, None without a note."""
    if not note:
        yield None
        return
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(note, int(14 * width))
    text = figure.text(0.09 / width, 0, "\n".join(lines), va="top", fontsize=8, color=FAINT)
    strip = (26 * len(lines) + 14) / DPI  # of whole pixels, so that the figure above stays as it is
    yield Bbox([[0, -strip], [width, height]])
    text.remove()


def halo() -> list[AbstractPathEffect]:
    """Return a white outline for letters that stand over lines."""
    return [withStroke(linewidth=2.5, foreground="white")]


def beta_color(beta: float) -> str:
    """Return the colour of a beta as "#rrggbb": the same one in every figure, whatever other betas it shows.

    The colours are those of viridis, which is perceptually uniform and safe for colour-blind readers. Equal ratios of
    beta around 1 give equal steps, and the last, pale fifth of the map is left out because it vanishes on white.

    Raises:
        Refused: if `beta` is negative or not finite.
    """
    if not 0 <= beta < float("inf"):
        raise Refused(f"beta_color needs a finite beta of 0 or more. Received: beta={beta}")
    odds = min(beta, 1e6) ** 1.5
    position = 0.82 * odds / (1 + odds)
    return to_hex(matplotlib.colormaps["viridis"](position))


def beta_text(beta: float) -> str:
    """Return the shortest text of a beta: "0.2", "1", "2"."""
    return f"{beta:.12g}"
