"""Grids of latents against closed forms and SciPy's quantile functions."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from tfvae.sampling import gaussian_grid, quantile_grid, stick_breaking_grid

GRIDS = {
    "quantile": quantile_grid,
    "gaussian": gaussian_grid,
    "stick-breaking": lambda points, **options: stick_breaking_grid(points, 2.0, **options),
}
ALL = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS)


def test_quantiles_are_linear_with_the_first_on_the_rows():
    grid = quantile_grid(3)
    assert grid.shape == (3, 3, 2)
    np.testing.assert_allclose(grid[:, :, 0], [[0.05] * 3, [0.5] * 3, [0.95] * 3])
    np.testing.assert_allclose(grid[:, :, 1], [[0.05, 0.5, 0.95]] * 3)


def test_gaussian_corners_and_centre():
    grid = gaussian_grid(3)
    np.testing.assert_allclose(grid[0, 0], [-1.644854, -1.644854], atol=5e-7)
    np.testing.assert_allclose(grid[1, 1], [0, 0], atol=1e-12)
    np.testing.assert_allclose(grid[0, 2], [-1.644854, 1.644854], atol=5e-7)
    np.testing.assert_allclose(grid[2, 0], [1.644854, -1.644854], atol=5e-7)


@given(st.integers(2, 12), st.floats(0.001, 0.4), st.floats(0.6, 0.999))
def test_gaussian_grid_is_the_inverse_of_the_cdf(points, low, high):
    grid = gaussian_grid(points, low, high)
    np.testing.assert_allclose(scipy.stats.norm.cdf(grid), quantile_grid(points, low, high), rtol=1e-9)
    assert (np.diff(grid[:, 0, 0]) > 0).all()
    assert (np.diff(grid[0, :, 1]) > 0).all()
    np.testing.assert_array_equal(grid, grid.transpose(1, 0, 2)[..., ::-1])


@given(st.integers(2, 8), st.floats(0.01, 100))
def test_sticks_are_the_quantiles_of_beta_fractions(points, concentration):
    grid = stick_breaking_grid(points, concentration)
    assert grid.shape == (points, points, 3)
    v = scipy.stats.beta(1, concentration).ppf(quantile_grid(points))
    v_1, v_2 = v[..., 0], v[..., 1]
    expected = np.stack([v_1, v_2 * (1 - v_1), (1 - v_1) * (1 - v_2)], axis=-1)
    np.testing.assert_allclose(grid, expected, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(grid.sum(axis=-1), 1.0, rtol=1e-12)
    assert (grid >= 0).all()
    assert (grid <= 1).all()


def test_sticks_for_a_uniform_prior():
    """Concentration 1: the fractions are the quantiles themselves."""
    grid = stick_breaking_grid(3, 1.0)
    np.testing.assert_allclose(grid[1, 1], [0.5, 0.25, 0.25])
    np.testing.assert_allclose(grid[0, 2], [0.05, 0.95 * 0.95, 0.95 * 0.05])
    np.testing.assert_allclose(grid[2, 0], [0.95, 0.05 * 0.05, 0.05 * 0.95])


def test_a_fine_grid_has_the_mean_of_the_prior():
    """E pi_k = (1 / (1 + a)) (a / (1 + a))^(k - 1), and the rest for the last stick."""
    a, points = 2.0, 400
    half_cell = 0.5 / points
    mean = stick_breaking_grid(points, a, half_cell, 1 - half_cell).mean(axis=(0, 1))
    np.testing.assert_allclose(mean, [1 / 3, 2 / 9, 4 / 9], atol=1e-4)


@ALL
def test_two_points_are_the_limits(grid):
    np.testing.assert_allclose(grid(2), grid(9)[::8, ::8])


@ALL
def test_points_repeat_and_are_float64(grid):
    assert grid(4).dtype == np.float64
    np.testing.assert_array_equal(grid(4), grid(4))


@ALL
@pytest.mark.parametrize("points", [1, 0, -3])
def test_refuses_fewer_than_two_points(grid, points):
    with pytest.raises(ValueError, match=f"points must be at least 2 and an integer. Received: points={points}"):
        grid(points)


@ALL
@pytest.mark.parametrize("limits", [(0.0, 0.9), (0.1, 1.0), (0.6, 0.4), (0.5, 0.5), (float("nan"), 0.9)])
def test_refuses_limits_where_latents_are_infinite(grid, limits):
    with pytest.raises(ValueError, match=r"(low|high) must be a number in \(0, "):
        grid(5, low=limits[0], high=limits[1])


@pytest.mark.parametrize("concentration", [0.0, -1.0, 0.009, float("inf"), float("nan")])
def test_refuses_bad_concentrations(concentration):
    with pytest.raises(ValueError, match=r"concentration must be a number in \[0\.01, inf\)"):
        stick_breaking_grid(5, concentration)
