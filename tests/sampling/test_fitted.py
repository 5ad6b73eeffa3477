"""Fitted samplers: closed forms, moments, distributions, order and determinism of their samples."""

import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_info

from tfvae.sampling import GaussianSampler, MixtureSampler, fit_gaussian, fit_mixture, fitted_shift

MIX = np.array([[2.0, 0.0, 0.0], [1.0, 0.5, 0.0], [-0.5, 0.3, 0.1]])
OFFSET = np.array([1.0, -2.0, 3.0])
BIMODAL = MixtureSampler(np.array([0.7, 0.3]), np.array([[-4.0], [4.0]]), np.array([[[1.0]], [[0.25]]]), np.float64)
FITS = pytest.mark.parametrize("fit", [fit_gaussian, fit_mixture], ids=["gaussian", "mixture"])


def generator(seed=0):
    return np.random.default_rng(seed)


def gaussian_latents(n=2000, seed=0):
    return generator(seed).standard_normal((n, 3)) @ MIX.T + OFFSET


def two_clusters(n=1500, seed=0, dtype=np.float64):
    """70 % around (-4, 0), 30 % around (4, 4)."""
    rng = generator(seed)
    second = rng.uniform(size=n) < 0.3
    latents = np.where(second[:, None], [4.0, 4.0], [-4.0, 0.0]) + rng.standard_normal((n, 2)) * [1.0, 0.5]
    return latents.astype(dtype)


def quiet_mixture(latents, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # Fewer distinct latents than components.
        return fit_mixture(latents, **options)


def test_gaussian_has_the_sample_moments():
    latents = gaussian_latents()
    sampler = fit_gaussian(latents)
    np.testing.assert_allclose(sampler.mean, latents.mean(axis=0))
    np.testing.assert_allclose(sampler.covariance, np.cov(latents.T))


@settings(max_examples=150)
@given(arrays(np.float64, st.tuples(st.integers(2, 12), st.integers(2, 4)), elements=st.floats(-100, 100)))
def test_gaussian_of_any_latents_has_their_moments(latents):
    sampler = fit_gaussian(latents)
    np.testing.assert_allclose(sampler.mean, latents.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(sampler.covariance, np.cov(latents.T), rtol=1e-9, atol=1e-10)


@settings(max_examples=100)
@given(
    arrays(np.float64, (3, 3), elements=st.integers(-3, 3).map(float)), arrays(np.float64, 3, elements=st.floats(-9, 9))
)
def test_gaussian_samples_are_noise_times_a_root_of_the_covariance(factor, mean):
    """The root is found by least squares from the noise that the generator draws."""
    covariance = factor @ factor.T
    samples = GaussianSampler(mean, covariance, np.float64).sample(20, generator())
    root = np.linalg.lstsq(generator().standard_normal((20, 3)), samples - mean, rcond=None)[0]
    np.testing.assert_allclose(root @ root, covariance, atol=1e-10)
    np.testing.assert_allclose(root, root.T, atol=1e-7)
    assert np.linalg.eigvalsh(root).min() > -1e-7


def test_gaussian_samples_have_its_moments():
    sampler = fit_gaussian(gaussian_latents())
    samples = sampler.sample(200_000, generator())
    np.testing.assert_allclose(samples.mean(axis=0), sampler.mean, atol=0.02)
    np.testing.assert_allclose(np.cov(samples.T), sampler.covariance, atol=0.05)


def test_gaussian_samples_are_normal():
    sampler = fit_gaussian(gaussian_latents())
    samples = sampler.sample(5000, generator(1))
    direction = np.array([0.3, -1.0, 2.0])
    sd = np.sqrt(direction @ sampler.covariance @ direction)
    assert scipy.stats.kstest((samples - sampler.mean) @ direction / sd, "norm").pvalue > 0.01


def test_gaussian_of_a_collapsed_dimension_stays_in_its_subspace():
    latents = gaussian_latents()
    latents[:, 1] = latents[:, 0]
    latents[:, 2] = 5.0
    samples = fit_gaussian(latents).sample(1000, generator())
    np.testing.assert_allclose(samples[:, 0], samples[:, 1], atol=1e-6)
    np.testing.assert_allclose(samples[:, 2], 5.0, atol=1e-6)
    assert samples[:, 0].std() == pytest.approx(2.0, rel=0.1)


def test_mixture_finds_the_clusters():
    sampler = fit_mixture(two_clusters(), components=2)
    order = np.argsort(sampler.means[:, 0])
    np.testing.assert_allclose(sampler.weights[order], [0.7, 0.3], atol=0.04)
    np.testing.assert_allclose(sampler.means[order], [[-4, 0], [4, 4]], atol=0.15)
    np.testing.assert_allclose(sampler.covariances[order], [np.diag([1.0, 0.25])] * 2, atol=0.15)


def test_mixture_of_one_component_is_the_maximum_likelihood_gaussian():
    latents = gaussian_latents()
    sampler = fit_mixture(latents, components=1)
    np.testing.assert_allclose(sampler.weights, [1.0])
    np.testing.assert_allclose(sampler.means[0], latents.mean(axis=0))
    np.testing.assert_allclose(sampler.covariances[0], np.cov(latents.T, ddof=0), rtol=1e-4, atol=1e-5)


def test_mixture_fits_as_well_as_scikit_learn_alone():
    latents, held_out = two_clusters(seed=1), two_clusters(seed=2)
    sampler = fit_mixture(latents, components=3)
    density = sum(
        weight * scipy.stats.multivariate_normal(mean, covariance).pdf(held_out)
        for weight, mean, covariance in zip(sampler.weights, sampler.means, sampler.covariances, strict=True)
    )
    reference = GaussianMixture(3, random_state=0, max_iter=2000).fit(latents)
    assert np.log(density).mean() == pytest.approx(reference.score(held_out), abs=0.02)


def test_mixture_samples_follow_its_distribution():
    samples = BIMODAL.sample(5000, generator())[:, 0]

    def cdf(x):
        return 0.7 * scipy.stats.norm.cdf(x, -4, 1) + 0.3 * scipy.stats.norm.cdf(x, 4, 0.5)

    assert scipy.stats.kstest(samples, cdf).pvalue > 0.01


def test_mixture_samples_have_its_moments():
    sampler = MixtureSampler(
        np.array([0.25, 0.75]), np.array([[0.0, 0.0, 0.0], [2.0, -4.0, 1.0]]), np.stack([MIX @ MIX.T, np.eye(3)]), "f8"
    )
    samples = sampler.sample(200_000, generator())
    mean = sampler.weights @ sampler.means
    between = (sampler.means - mean).T @ np.diag(sampler.weights) @ (sampler.means - mean)
    np.testing.assert_allclose(samples.mean(axis=0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(samples.T), 0.25 * MIX @ MIX.T + 0.75 * np.eye(3) + between, atol=0.08)


def test_mixture_samples_are_shuffled():
    """Neighbouring samples come from independent components, so their signs change as often as chance has it."""
    signs = BIMODAL.sample(10_000, generator())[:, 0] > 0
    changes = np.count_nonzero(signs[1:] != signs[:-1])
    expected, sd = 2 * 0.7 * 0.3 * 9999, np.sqrt(9999 * 0.42 * 0.58)
    assert abs(changes - expected) < 5 * sd
    assert signs[:1000].mean() == pytest.approx(0.3, abs=0.08)


@FITS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_samples_have_the_type_and_dimension_of_the_latents(fit, dtype):
    sampler = fit(two_clusters(200, dtype=dtype))
    samples = sampler.sample(7, generator())
    assert samples.shape == (7, 2)
    assert samples.dtype == dtype
    assert sampler.sample(0, generator()).shape == (0, 2)


@FITS
def test_samples_are_a_function_of_the_generator(fit):
    sampler = fit(two_clusters(200))
    first = sampler.sample(20, generator(1))
    np.testing.assert_array_equal(sampler.sample(20, generator(1)), first)
    assert not np.array_equal(sampler.sample(20, generator(2)), first)


@FITS
def test_samplers_are_frozen(fit):
    sampler = fit(two_clusters(200))
    with pytest.raises(AttributeError):
        sampler.dtype = np.float16


def test_fits_are_a_function_of_the_seed():
    latents = generator().uniform(size=(400, 3))
    first, again, other = (fit_mixture(latents, components=5, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.means, again.means)
    np.testing.assert_array_equal(first.covariances, again.covariances)
    assert not np.array_equal(first.means, other.means)


def test_fits_run_on_one_thread(monkeypatch):
    """So that the order of additions, and with it the result, does not depend on the number of cores."""
    threads, fit = [], GaussianMixture.fit

    def spy(self, latents):
        threads.extend(pool["num_threads"] for pool in threadpool_info())
        return fit(self, latents)

    monkeypatch.setattr(GaussianMixture, "fit", spy)
    before = threadpool_info()
    fit_mixture(two_clusters(200), components=2)
    assert set(threads) == {1}
    assert threadpool_info() == before


@given(
    arrays(np.float64, st.tuples(st.integers(3, 12), st.integers(1, 3)), elements=st.floats(-3, 3)),
    st.sampled_from([1e-6, 1.0, 1e6]),
)
@settings(max_examples=60)
def test_mixture_fits_any_latents_singular_or_not(latents, scale):
    sampler = quiet_mixture(latents * scale, components=3)
    assert sampler.weights.sum() == pytest.approx(1.0)
    if np.ptp(latents, axis=0).max() > 1e-100:  # else variances vanish in float64
        assert all(np.linalg.eigvalsh(covariance).min() > 0 for covariance in sampler.covariances)
    assert np.isfinite(sampler.sample(50, generator())).all()


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_mixture_is_as_narrow_as_the_latents_at_any_scale(scale):
    latents = two_clusters() * scale
    samples = fit_mixture(latents, components=2).sample(20_000, generator())
    np.testing.assert_allclose(np.cov(samples.T), np.cov(latents.T), rtol=0.1)


def test_mixture_of_stick_weights_keeps_their_sum():
    """Weights that sum to 1 have a singular covariance."""
    sticks = generator().dirichlet([2.0, 1.0, 3.0], size=500)
    samples = fit_mixture(sticks, components=4).sample(1000, generator())
    np.testing.assert_allclose(samples.sum(axis=1), 1.0, atol=2e-3)


def test_fit_to_samples_is_wider_than_fit_to_means():
    """Why the documentation asks for samples: the spread of the posteriors, 0.5 here, belongs to the aggregate."""
    means = gaussian_latents()
    samples = means + 0.5 * generator(9).standard_normal(means.shape)
    difference = fit_gaussian(samples).covariance - fit_gaussian(means).covariance
    np.testing.assert_allclose(difference, 0.25 * np.eye(3), atol=0.1)


def test_fitted_shift_is_the_mean():
    latents = gaussian_latents()
    np.testing.assert_allclose(fitted_shift(latents), latents.mean(axis=0))
    shift = fitted_shift(np.full((70_000, 2), 0.1, np.float32))
    assert shift.dtype == np.float32
    np.testing.assert_array_equal(shift, np.float32(0.1))


@pytest.mark.parametrize("fit", [fit_gaussian, fit_mixture, fitted_shift])
@pytest.mark.parametrize(
    "latents, message",
    [
        pytest.param(np.zeros((0, 2)), r"shape \(N, D\), N >=", id="empty"),
        pytest.param(np.zeros(20), r"shape \(N, D\)", id="vector"),
        pytest.param(np.zeros((20, 2), int), "float32 or float64", id="integers"),
        pytest.param(np.full((20, 2), np.inf), "finite", id="infinite"),
    ],
)
def test_refuses_bad_latents(fit, latents, message):
    with pytest.raises(ValueError, match=message):
        fit(latents)


def test_refuses_too_few_latents_or_components():
    with pytest.raises(ValueError, match="N >= 2"):
        fit_gaussian(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="N >= 10"):
        fit_mixture(np.zeros((9, 2)))
    with pytest.raises(ValueError, match="components must be at least 1"):
        fit_mixture(np.zeros((9, 2)), components=0)


@pytest.mark.parametrize("options", [{"max_iterations": 0}, {"tolerance": -1.0}, {"tolerance": np.nan}])
def test_refuses_bad_options_of_the_fit(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be "):
        fit_mixture(gaussian_latents(50), **options)


@pytest.mark.parametrize("sampler", [GaussianSampler(np.zeros(2), np.eye(2), np.float64), BIMODAL])
def test_refuses_negative_counts(sampler):
    with pytest.raises(ValueError, match=r"count must be at least 0 and an integer. Received: count=-1"):
        sampler.sample(-1, generator())
