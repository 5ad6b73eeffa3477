"""Sprites: areas, centres and axes in closed form, outlines drawn by Matplotlib, and no two images alike."""

import hashlib

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
from matplotlib.path import Path as Outline

from tfvae.data import Sprites
from tfvae.data.sprites import SHAPES
from tfvae.errors import Refused

SIDES = pytest.mark.parametrize("side", [32, 64])


def sampled(side, count=300):
    sprites = Sprites(side)
    factors = sprites.grid.sample(count, 0, "test of sprites")
    return factors, sprites.images(sprites.grid.index_of(factors))[..., 0] / 255.0


def geometry(side, factors):
    """Return radius, angle, x and y in pixels, y downwards, as the documentation has them."""
    _, scales, angles, columns, rows = Sprites(side).grid.sizes
    radius = 0.24 * side * (0.5 + 0.5 * factors[:, 1] / (scales - 1))
    angle = np.pi / 2 * factors[:, 2] / angles
    x, y = (side * (0.25 + 0.5 * values / (n - 1)) for values, n in ((factors[:, 3], columns), (factors[:, 4], rows)))
    return radius, angle, x, side - y


def heart_radius(angle):
    """Return how far the heart's outline is from its centre: r with (r^2 - 1)^3 = r^5 cos^2 sin^3."""
    term = np.cbrt(np.cos(angle) ** 2) * np.sin(angle)
    return scipy.optimize.brentq(lambda r: r * r - 1 - term * r ** (5 / 3), 0, 3)


ANGLES = np.linspace(0, 2 * np.pi, 2001)
HEART = np.array([heart_radius(angle) for angle in ANGLES])
HEART /= HEART.max()
AREAS = {"square": 2.0, "ellipse": np.pi / 2, "heart": scipy.integrate.trapezoid(HEART**2 / 2, ANGLES)}
OUTLINES = {
    "square": np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) / np.sqrt(2),
    "ellipse": np.stack([np.cos(ANGLES), np.sin(ANGLES) / 2], axis=1),
    "heart": HEART[:, None] * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1),
}


@SIDES
def test_areas_are_those_of_the_shapes(side):
    factors, images = sampled(side)
    radius, *_ = geometry(side, factors)
    expected = np.array([AREAS[SHAPES[shape]] for shape in factors[:, 0]]) * radius**2
    found = images.sum(axis=(1, 2))
    assert found.sum() == pytest.approx(expected.sum(), rel=0.01)
    assert (np.abs(found - expected) < 0.5 * radius).all()  # an upright square's edges lie between samples


@SIDES
def test_centres_and_axes(side):
    """The centre of mass of squares and ellipses, and the long axis of ellipses by their second moments."""
    factors, images = sampled(side)
    _, angles, x, y = geometry(side, factors)
    middle = np.arange(side) + 0.5
    for image, (shape, *_), angle, column, row in zip(images, factors, angles, x, y, strict=True):
        if SHAPES[shape] == "heart":
            continue
        mass = image / image.sum()
        right, down = mass.sum(axis=0) @ middle, mass.sum(axis=1) @ middle
        assert (right, down) == pytest.approx((column, row), abs=1 / 8)  # half a sample
        if SHAPES[shape] == "ellipse":
            xx, yy = mass.sum(axis=0) @ (middle - right) ** 2, mass.sum(axis=1) @ (middle - down) ** 2
            xy = (down - middle) @ mass @ (middle - right)
            assert np.arctan2(2 * xy, xx - yy) / 2 == pytest.approx(angle, abs=0.06)


@SIDES
def test_pixels_are_shares_of_the_outline_s_inside(side):
    """Each sample is inside or outside of a polygon in the documented place, but where that is nearer than 0.001."""
    factors, images = sampled(side, 12)
    fine = (np.arange(4 * side) + 0.5) / 4
    points = np.stack(np.meshgrid(fine, fine), axis=-1).reshape(-1, 2)
    assert set(factors[:, 0]) == {0, 1, 2}
    for image, (shape, *_), radius, angle, x, y in zip(images, factors, *geometry(side, factors), strict=True):
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        outline = Outline(radius * OUTLINES[SHAPES[shape]] @ turn * [1, -1] + [x, y], closed=False)
        inside = outline.contains_points(points).reshape(side, 4, side, 4).mean(axis=(1, 3))
        assert np.abs(image - inside).max() < 1.01 / 16 + 0.5 / 255
        assert np.mean(np.abs(image - inside) > 1 / 255) < 2e-3


def test_every_image_of_the_small_grid_differs_and_keeps_its_bytes():
    sprites = Sprites(32)
    images = sprites.images(np.arange(len(sprites.grid)))
    assert (images.dtype, images.shape) == (np.uint8, (6144, 32, 32, 1))
    assert len({image.tobytes() for image in images}) == 6144
    digest = "3be7308ce8bf3d9f7a26a18e9fab962d9d4ca0f025a4f1efd52bd4363633aa5f"
    assert hashlib.sha256(images.tobytes()).hexdigest() == digest


def test_neighbours_in_the_large_grid_differ():
    """Of the smallest sprites, where a step moves the fewest pixels: also the last angle and the first."""
    sprites = Sprites(64)
    assert len(sprites.grid) == 737_280
    factors = np.array([[shape, 0, angle, 5, 9] for shape in range(3) for angle in range(40)])
    images = sprites.images(sprites.grid.index_of(factors))
    assert len({image.tobytes() for image in images}) == 120
    for factor in (1, 3, 4):
        moved = sprites.images(sprites.grid.index_of(factors + np.eye(5, dtype=int)[factor]))
        assert (np.abs(moved.astype(int) - images).max(axis=(1, 2, 3)) > 0).all()


def test_an_image_does_not_depend_on_the_others():
    sprites = Sprites(32)
    indices = np.arange(0, 6144, 61)
    assert len(indices) > 64
    together = sprites.images(indices)
    np.testing.assert_array_equal(together[70], sprites.images(indices[70:71])[0])
    np.testing.assert_array_equal(together[::-1], sprites.images(indices[::-1]))


@pytest.mark.parametrize("side", [28, "32", 0])
def test_other_sides_are_refused(side):
    with pytest.raises(Refused, match="Unknown side of sprites"):
        Sprites(side)
