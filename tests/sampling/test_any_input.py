"""Whatever a sampler or a transform is given, it returns numbers or refuses; exact answers without spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import hostile_arrays, is_number_or_refusal, outcome
from tfvae.sampling import fit_gaussian, fit_mixture, fitted_shift, scaled, shifted

# scikit-learn's warning of fewer different latents than components.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
LATENTS = hostile_arrays((4, 2), (5, 3), (1, 2), dtypes=("f4", "f8"))
VALUES = pytest.mark.parametrize("value", [0.0, 0.1, -1 / 3, 1e8, 1e30])


def samples_of(sampler):
    return sampler if isinstance(sampler, ValueError) else outcome(sampler.sample, 20, np.random.default_rng(0))


@settings(max_examples=200)
@given(LATENTS)
def test_the_gaussian(latents):
    assert is_number_or_refusal(samples_of(outcome(fit_gaussian, latents)))
    assert is_number_or_refusal(outcome(fitted_shift, latents))


@settings(max_examples=60)
@given(LATENTS, st.integers(1, 4))
def test_the_mixture(latents, components):
    assert is_number_or_refusal(samples_of(outcome(fit_mixture, latents, components)))


@settings(max_examples=200)
@given(LATENTS, st.floats(), hostile_arrays((), (2,), (3,), dtypes=("f8", "f4", "i8")))
def test_the_transforms(latents, factor, offset):
    for result in (outcome(scaled, latents, factor), outcome(shifted, latents, offset)):
        assert is_number_or_refusal(result)
        assert isinstance(result, ValueError) or (result.dtype == latents.dtype and result.shape == latents.shape)


@pytest.mark.parametrize("values", [[[1j, 0j]] * 3, [["a", "b"]] * 3, [[None, 1.0]] * 3, [[1, 2]] * 3])
@pytest.mark.parametrize(
    "function", [fit_gaussian, fit_mixture, fitted_shift, lambda z: scaled(z, 2.0), lambda z: shifted(z, 2.0)]
)
def test_what_is_no_float_is_refused(function, values):
    assert isinstance(outcome(function, values), ValueError)


@pytest.mark.parametrize("offset", [1j, "1", None, [True, False]])
def test_an_offset_is_a_number(offset):
    with pytest.raises(ValueError, match="offset must be one real number"):
        shifted(np.ones((3, 2)), offset)


@VALUES
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_latents_are_their_own_mean_without_a_covariance(value, dtype):
    latents = np.full((70, 3), value, dtype)
    sampler = outcome(fit_gaussian, latents)
    np.testing.assert_array_equal(sampler.mean, latents[0].astype(np.float64))
    np.testing.assert_array_equal(sampler.covariance, np.zeros((3, 3)))
    np.testing.assert_array_equal(samples_of(sampler), latents[:20])
    np.testing.assert_array_equal(outcome(fitted_shift, latents), latents[0])


@VALUES
def test_a_mixture_of_equal_latents_is_as_wide_as_documented(value):
    """1e-6 is added to the variances of 0."""
    sampler = outcome(fit_mixture, np.full((30, 3), value), components=4)
    heavy = sampler.weights > 1e-6
    np.testing.assert_array_equal(sampler.means[heavy], np.full((heavy.sum(), 3), value))
    np.testing.assert_allclose(sampler.covariances[heavy], np.tile(1e-6 * np.eye(3), (heavy.sum(), 1, 1)))


@pytest.mark.parametrize(("offset", "scale"), [(1e8, 1.0), (-1e4, 1e-5), (0.0, 1e-140), (0.0, 1e25)])
def test_a_mixture_follows_its_latents_anywhere(offset, scale):
    """Far from the origin, scikit-learn alone loses the digits of latents that are close together."""
    latents = np.random.default_rng(0).normal(size=(300, 2)) + np.repeat(
        [[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]], 100, axis=0
    )
    moved = offset + scale * latents
    one, other = fit_mixture((moved - offset) / scale, 3), outcome(fit_mixture, moved, 3)
    np.testing.assert_allclose(other.weights, one.weights, rtol=1e-4)
    np.testing.assert_allclose((other.means - offset) / scale, one.means, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(other.covariances / scale**2, one.covariances, rtol=1e-3, atol=1e-4)


def test_as_many_components_as_latents():
    assert np.isfinite(
        samples_of(outcome(fit_mixture, np.random.default_rng(0).normal(size=(5, 2)), components=5))
    ).all()


@pytest.mark.parametrize("factor", [1e39, -1e300, 1e9])
def test_products_beyond_float32_are_refused(factor):
    with pytest.raises(ValueError, match=r"scaled latents must fit into float32\. Received: factor="):
        scaled(np.full((2, 2), 1e30, np.float32), factor)
    with pytest.raises(ValueError, match="latents must lie between"):
        scaled(np.full((2, 2), 2e30), factor)
