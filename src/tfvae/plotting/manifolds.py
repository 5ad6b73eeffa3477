"""Images decoded from a grid of two-dimensional latents: one row per model, one column per way of sampling."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

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


@style.styled
def manifold_grid(manifolds: Mapping[str, ArrayLike], *, title: str, names: Mapping[str, str] | None = None) -> Figure:
    """Return the manifolds of several models: a row per model, a column per way of changing the latents.

    Args:
        manifolds: by "<model>|<column>", images (n, n, H, W, C), uint8 or floats in [0, 1], decoded from a grid of
            two-dimensional latents. Rows and columns keep the order of their first appearance; a pair that is not there
            stays blank.
        title: the figure's.
        names: what stands above each column, by its name; see `column_names`.

    Raises:
        Refused: if a key is not of that form.
    """
    pairs = [tuple(key.split("|")) for key in manifolds]
    if any(len(pair) != 2 for pair in pairs):
        raise Refused(f'Manifolds are named "<model>|<column>". Received: {list(manifolds)}')
    rows = list(dict.fromkeys(pair[0] for pair in pairs))
    columns = list(dict.fromkeys(pair[1] for pair in pairs))
    figure = style.new_figure(3.6 * len(columns) + 1.5, 3.62 * len(rows) + 0.8, title)
    cells = style.grid_axes(figure, len(rows), len(columns))
    for i, model in enumerate(rows):
        identity = Identity.from_folder(model)
        for j, column in enumerate(columns):
            axes = cells[i * len(columns) + j]
            blank = np.full((1, 1, 8, 8, 1), 255, dtype=np.uint8)
            images.show(axes, images.tile(manifolds.get(f"{model}|{column}", blank), gap=0))
            if i == 0:
                axes.set_title((names or {}).get(column, column), loc="center", fontsize=13)
            if j == 0:
                images.name_row(axes, identity.label, identity.color)
                axes.yaxis.label.set(fontsize=13, fontweight="bold")
    return figure
