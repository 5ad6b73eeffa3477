"""Images decoded from a grid of two-dimensional latents: one row per model, one column per way of sampling."""

from collections.abc import Mapping
from itertools import product

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.plotting import images, style
from tfvae.plotting.identity import Identity


def column_names(scale: float, shift: float) -> dict[str, str]:
    """Return the columns' titles, by name: latents of the grid times `scale`, plus and minus `shift`."""
    return {
        "plain": "grid of quantiles of the prior",
        "scaled": f"the same {style.TIMES} {scale:g}",
        "shifted": f"the same + {shift:g}",
        "shifted_back": f"the same {style.MINUS} {shift:g}",
    }


SHOWN = 7  # images along a side, at most: more are a grey mush at the width of a page
OFF_SIMPLEX = ("shifted", "shifted_back")  # shares of a whole plus a number are no shares of a whole
NOTE = (
    "stick-breaking: its latents are shares of a whole; shifted they would be none, and are left out; scaled they are "
    "none either"
)


def thinned(grid: ArrayLike, side: int = SHOWN) -> NDArray[np.uint8]:
    """Return a grid of images (n, n, H, W, C) with `side` evenly spaced rows and columns; a smaller one as is."""
    images = np.asarray(grid)
    rows, columns = (np.unique(np.linspace(0, n - 1, min(n, side)).round().astype(int)) for n in images.shape[:2])
    return np.asarray(images[rows][:, columns])


@style.styled
def manifold_grid(manifolds: Mapping[str, ArrayLike], *, title: str, names: Mapping[str, str] | None = None) -> Figure:
    """Return the manifolds of several models: a row per model, a column per way of changing the latents.

    Of large grids evenly spaced rows and columns are shown. Below a block stands how many of all its images are black.

    Args:
        manifolds: by "<model>|<column>", images (n, n, H, W, C), uint8 or floats in [0, 1], decoded from a grid of
            two-dimensional latents. Rows and columns keep the order of their first appearance; a pair that is not there
            stays blank, and so do shifts of sticks, which leave the simplex.
        title: the figure's.
        names: what stands above each column, by its name; see `column_names`.

    Raises:
        Refused: if a key is not of that form.
    """
    pairs = [tuple(key.split("|")) for key in manifolds]
    if any(len(pair) != 2 for pair in pairs):
        raise Refused(f'Manifolds are named "<model>|<column>". Received: {list(manifolds)}')
    rows, columns = (list(dict.fromkeys(names)) for names in zip(*pairs, strict=True))
    shown = {pair: np.asarray(manifolds["|".join(pair)]) for pair in pairs if not _off_simplex(*pair)}
    notes = [NOTE] if len(shown) < len(pairs) else []
    notes += [images.BLANK_NOTE] if any(map(images.blanks, shown.values())) else []
    figure = style.new_figure(2.5 * len(columns) + 1.2, 2.6 * len(rows) + 0.9, title, "; ".join(notes))
    for axes, pair in zip(style.grid_axes(figure, len(rows), len(columns)), product(rows, columns), strict=True):
        blank = np.full((1, 1, 8, 8, 1), 255, dtype=np.uint8)
        images.show(axes, images.tile(thinned(shown.get(pair, blank)), gap=0))
        images.note_blanks(axes, shown.get(pair, blank))
        if pair[0] == rows[0]:
            axes.set_title((names or {}).get(pair[1], pair[1]), loc="center")
        if pair[1] == columns[0]:
            identity = Identity.from_folder(pair[0])
            images.name_row(axes, identity.label, identity.color)
            axes.yaxis.label.set(fontweight="bold")
    return figure


def _off_simplex(model: str, column: str) -> bool:
    return column in OFF_SIMPLEX and Identity.from_folder(model).is_stick_breaking
