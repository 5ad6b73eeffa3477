"""Samplers fitted to the aggregated posterior after training (Ghosh et al., 2020, section 4).

See https://arxiv.org/abs/1903.12436. The decoder was trained on the aggregated posterior q(z) = E_x q(z|x), and the
prior need not agree with it. Fit these samplers to *samples* of it, one draw z ~ q(z|x) for each of many images x
(`tfvae.sampling.generation.Generator.aggregated_posterior`). The means of q(z|x) alone leave out the posterior's own
spread, and a sampler fitted to them is too narrow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from tfvae import randomness
from tfvae.arguments import as_count, as_number
from tfvae.sampling.latents import Latents, as_latents

Array = NDArray[np.float64]

# Added to the diagonals of a mixture's covariances, relative to the latents' mean variance.
REGULARIZATION = 1e-6


@dataclass(frozen=True, eq=False)
class GaussianSampler:
    """A Gaussian with a full covariance.

    Attributes:
        mean: (D,), float64.
        covariance: (D, D), float64, ddof 1; it may be singular, when a dimension is unused.
        dtype: type of the samples, as of the latents that it was fitted to.
    """

    mean: Array
    covariance: Array
    dtype: DTypeLike

    def sample(self, count: int, generator: np.random.Generator) -> Latents:
        """Return `count` independent samples, (count, D), count being at least 0."""
        noise = generator.standard_normal((as_count(count, "count", 0), len(self.mean)))
        return (self.mean + noise @ _root(self.covariance)).astype(self.dtype)


@dataclass(frozen=True, eq=False)
class MixtureSampler:
    """A mixture of K Gaussians with full covariances.

    Attributes:
        weights: (K,), float64, sum 1.
        means: (K, D), float64.
        covariances: (K, D, D), float64.
        dtype: type of the samples, as of the latents that it was fitted to.
    """

    weights: Array
    means: Array
    covariances: Array
    dtype: DTypeLike

    def sample(self, count: int, generator: np.random.Generator) -> Latents:
        """Return `count` independent samples, (count, D), in random order: any part of them is a sample as well."""
        components = generator.choice(len(self.weights), size=as_count(count, "count", 0), p=self.weights)
        samples = generator.standard_normal((count, self.means.shape[1]))
        for k, (mean, covariance) in enumerate(zip(self.means, self.covariances, strict=True)):
            chosen = components == k
            samples[chosen] = mean + samples[chosen] @ _root(covariance)
        return samples.astype(self.dtype)


def fit_gaussian(latents: ArrayLike) -> GaussianSampler:
    """Fit one Gaussian with a full covariance (ddof 1) to samples of the aggregated posterior, (N, D), N >= 2.

    Raises:
        Refused: if the latents are not finite floats of that shape.
    """
    array = as_latents(latents, minimum=2)
    z = array.astype(np.float64)
    mean = _mean(z)
    return GaussianSampler(mean, (z - mean).T @ (z - mean) / (len(z) - 1), array.dtype)


def fit_mixture(
    latents: ArrayLike, components: int = 10, seed: int = 0, max_iterations: int = 2000, tolerance: float = 1e-3
) -> MixtureSampler:
    """Fit a mixture of Gaussians with full covariances by expectation maximisation, started from k-means.

    1e-6 of the latents' mean variance (of 1, if all latents are equal) is added to the diagonals of the covariances, so
    that they stay positive definite when the latents do not fill all dimensions, as stick weights, which sum to 1. The
    fit runs on one thread, so that the result does not depend on the number of cores. scikit-learn warns if it did not
    converge (the mean log-likelihood, in nats per latent, still gains `tolerance` or more at the last iteration), or if
    there are fewer different latents than components.

    Args:
        latents: samples of the aggregated posterior, (N, D), N >= components, float32 or float64.
        components: number of Gaussians, at least 1.
        seed: of the start.
        max_iterations: at least 1.
        tolerance: see above.

    Raises:
        Refused: if the latents are not finite floats of that shape, `components` or `max_iterations` is below 1, or
            `tolerance` is negative or not finite.
    """
    components, max_iterations = as_count(components, "components"), as_count(max_iterations, "max_iterations")
    as_number(tolerance, "tolerance", "[0, inf)")
    array = as_latents(latents, minimum=max(2, components))
    z = array.astype(np.float64)
    # Around 0 and of variance 1, because scikit-learn adds an absolute amount to the variances, and loses digits of
    # latents that are close together but far from the origin.
    mean = _mean(z)
    largest = float(np.abs(z - mean).max()) or 1.0  # divided out first, so that no square underflows
    scale = largest * (float(np.sqrt(np.square((z - mean) / largest).mean())) or 1.0)
    mixture = GaussianMixture(
        components,
        covariance_type="full",
        tol=tolerance,
        reg_covar=REGULARIZATION,
        max_iter=max_iterations,
        random_state=int(randomness.generator(seed, "mixture").integers(2**32)),
    )
    with threadpool_limits(limits=1):
        mixture.fit((z - mean) / scale)
    weights = mixture.weights_ / mixture.weights_.sum()
    return MixtureSampler(weights, mean + scale * mixture.means_, scale**2 * mixture.covariances_, array.dtype)


def fitted_shift(latents: ArrayLike) -> Latents:
    """Return the mean of samples of the aggregated posterior, (N, D): the offset for `tfvae.sampling.shifted`, (D,).

    Raises:
        Refused: if the latents are not finite floats of that shape, N >= 1.
    """
    array = as_latents(latents, minimum=1)
    mean: Latents = _mean(array.astype(np.float64)).astype(array.dtype)
    return mean


def _mean(latents: Array) -> Array:
    """Return the mean, from the first latent on: of equal latents it is then their value, without rounding."""
    mean: Array = latents[0] + (latents - latents[0]).mean(axis=0)
    return mean


def _root(covariance: Array) -> Array:
    """Return the symmetric square root of a covariance; unlike a Cholesky factor it exists for singular ones."""
    values, vectors = np.linalg.eigh(covariance)
    root: Array = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    return root
