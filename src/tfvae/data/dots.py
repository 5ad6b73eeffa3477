"""Dots: images of one white pixel, whose row and column are the factors; what metrics have to find is exact."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_count
from tfvae.data.factors import FactorGrid


@dataclass(frozen=True)
class Dots:
    """The images of all positions of one pixel.

    Args:
        side: of the images, from 2 to 128 pixels.

    Raises:
        Refused: if it is another.
    """

    side: int

    def __post_init__(self) -> None:
        as_count(self.side, "side", minimum=2, maximum=128)

    @property
    def grid(self) -> FactorGrid:
        """The factors "row" and "column", `side` values each, and their indices."""
        return FactorGrid(("row", "column"), (self.side, self.side))

    def images(self, indices: ArrayLike) -> NDArray[np.uint8]:
        """Return the images (N, side, side, 1) of indices (N,): 255 at (row, column), 0 elsewhere.

        Raises:
            Refused: see `FactorGrid.factors_of`.
        """
        rows, columns = self.grid.factors_of(indices).T
        images = np.zeros((len(rows), self.side, self.side, 1), np.uint8)
        images[np.arange(len(rows)), rows, columns, 0] = 255
        return images
