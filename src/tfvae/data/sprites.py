"""Sprites: images of one shape whose shape, scale, angle and position are known; nothing is downloaded.

They follow dSprites (Matthey et al., 2017, https://github.com/google-deepmind/dsprites-dataset); images of 64x64 have
its numbers of values. Two things differ. Edges are smooth. And angles go from 0 to below 90 degrees, for all shapes,
not once round: a square repeats every 90 degrees and an ellipse every 180, so that several angles would have the same
image, and no code could tell them apart. What is left: the last angle of a square lies next to its first.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import one_of
from tfvae.data.factors import FactorGrid

SHAPES = ("square", "ellipse", "heart")

_NAMES = ("shape", "scale", "angle", "x", "y")
_GRIDS = {
    32: FactorGrid(_NAMES, (3, 4, 8, 8, 8)),
    64: FactorGrid(_NAMES, (3, 6, 40, 32, 32)),
}
_SAMPLES = 4  # along each side of a pixel
_BLOCK = 64  # images that are drawn at a time, each with arrays of up to 140 kB
# Of a side: the largest sprite's circumscribed radius, less than the distance of its centre from the border. Not a
# quarter, with which samples lie on the edge of a square turned by 45 degrees, and rounding decides.
_RADIUS = 0.24
_BORDER = 0.25
_HEART = 1.4246  # radius of the circle around the heart (x^2 + y^2 - 1)^3 <= x^2 y^3


@dataclass(frozen=True)
class Sprites:
    """The images of a grid of factors, each drawn when it is asked for.

    The factors are the shape (`SHAPES`), the scale (from half to full size), the angle (counter-clockwise), x (to the
    right) and y (upwards), each in equal steps; a sprite is never cut off.

    Args:
        side: 32, with 3 x 4 x 8 x 8 x 8 = 6,144 images, or 64, with 3 x 6 x 40 x 32 x 32 = 737,280.

    Raises:
        Refused: if there are no sprites of that side.
    """

    side: int

    def __post_init__(self) -> None:
        one_of(self.side, _GRIDS, "side of sprites")

    @property
    def grid(self) -> FactorGrid:
        """The factors and their indices."""
        return _GRIDS[self.side]

    def images(self, indices: ArrayLike) -> NDArray[np.uint8]:
        """Return the images (N, side, side, 1) of indices (N,), white on black, from 0 to 255.

        A pixel is the share of its 4 x 4 samples that the shape covers. The same index has the same bytes everywhere.

        Raises:
            Refused: see `FactorGrid.factors_of`.
        """
        factors = self.grid.factors_of(indices)
        images = np.empty((len(factors), self.side, self.side, 1), np.uint8)
        for start in range(0, len(factors), _BLOCK):
            block = slice(start, start + _BLOCK)
            images[block, :, :, 0] = self._drawn(factors[block])
        return images

    def _drawn(self, factors: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the images (B, side, side) of factors (B, 5)."""
        _, scales, angles, columns, rows = self.grid.sizes
        radius = _RADIUS * self.side * np.linspace(0.5, 1.0, scales)[factors[:, 1]][:, None, None]
        # NumPy's own sine may differ in its last digit between processors.
        turns = np.array([[math.cos(angle), math.sin(angle)] for angle in np.arange(angles) * (math.pi / 2 / angles)])
        cosine, sine = turns[factors[:, 2]].T[:, :, None, None]
        low, high = _BORDER * self.side, (1 - _BORDER) * self.side
        first_column, right = self._window(np.linspace(low, high, columns)[factors[:, 3]])
        first_row, down = self._window(np.linspace(high, low, rows)[factors[:, 4]])
        right, up = right[:, None, :], -down[:, :, None]
        u, v = (cosine * right + sine * up) / radius, (cosine * up - sine * right) / radius
        covered = np.empty(u.shape, np.bool_)
        for value, name in enumerate(SHAPES):
            chosen = factors[:, 0] == value
            covered[chosen] = _inside(name, u[chosen], v[chosen])
        width = covered.shape[1] // _SAMPLES
        counts = covered.reshape(-1, width, _SAMPLES, width, _SAMPLES).sum(axis=(2, 4), dtype=np.int64)
        images = np.zeros((len(factors), self.side, self.side), np.uint8)
        within = np.arange(width)
        places = (
            np.arange(len(factors))[:, None, None],
            (first_row + within)[:, :, None],
            (first_column + within)[:, None],
        )
        # In integers, halves rounded up: half a pixel is 127.5.
        images[places] = (2 * 255 * counts + _SAMPLES**2) // (2 * _SAMPLES**2)
        return images

    def _window(self, centres: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the first pixel that sprites may cover along an axis (B, 1), and samples less centres (B, S)."""
        half = self.side // 2
        first = np.minimum(np.floor(centres - half / 2), half - 1)[:, None]
        samples = (np.arange((half + 1) * _SAMPLES) + 0.5) / _SAMPLES
        return first.astype(np.int64), first + samples - centres[:, None]


def _inside(shape: str, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points lie in a shape that touches the unit circle and is not turned."""
    if shape == "square":
        inside: NDArray[np.bool_] = np.maximum(np.abs(u), np.abs(v)) <= math.sqrt(0.5)
    elif shape == "ellipse":
        inside = u * u + 4 * v * v <= 1
    else:
        x2, y = (_HEART * u) ** 2, _HEART * v
        outer = x2 + y * y - 1
        inside = outer * outer * outer <= x2 * y * y * y
    return inside
