"""A vine copula with empirical margins, fitted to the aggregated posterior; see `tfvae.sampling.fitted`.

Aas et al. (2009), https://doi.org/10.1016/j.insmatheco.2007.02.001; its trees and families are chosen as by Dissmann et
al. (2013), https://doi.org/10.1016/j.csda.2012.08.010, by the package pyvinecopulib: `pip install ".[vine]"`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy.stats import rankdata

from tfvae.arguments import as_count
from tfvae.errors import Refused
from tfvae.sampling.latents import Latents, as_latents


@dataclass(frozen=True, eq=False)
class VineSampler:
    """Each dimension's own distribution, as the latents had it, joined by copulas of two variables each.

    Attributes:
        margins: (N, D), float64, each column sorted.
        varying: (V,) int, the dimensions whose latents are not all equal.
        vine: `pyvinecopulib.Vinecop` of these; None for fewer than two of them.
        dtype: type of the samples, as of the latents that it was fitted to.
    """

    margins: NDArray[np.float64]
    varying: NDArray[np.intp]
    vine: Any
    dtype: DTypeLike

    def sample(self, count: int, generator: np.random.Generator) -> Latents:
        """Return `count` independent samples, (count, D), count being at least 0; none lies outside of the margins."""
        count, (rows, dim) = as_count(count, "count", 0), self.margins.shape
        uniform = generator.uniform(size=(count, dim))
        if self.vine is not None and count:
            seeds = generator.integers(2**31, size=5).tolist()
            uniform[:, self.varying] = self.vine.sample(count, num_threads=1, seeds=seeds)
        places = uniform * rows - 0.5  # the value of rank r, from 1 on, stands for (r - 1/2) / N
        columns = [np.interp(places[:, d], np.arange(rows), self.margins[:, d]) for d in range(dim)]
        return np.stack(columns, axis=1).astype(self.dtype)


def fit_vine(latents: ArrayLike) -> VineSampler:
    """Fit a vine copula to samples of the aggregated posterior, (N, D), N >= 2.

    Its trees join the dimensions of the largest |Kendall's tau|. Each pair has the family of the lowest BIC: Gaussian,
    Student, Clayton, Gumbel, Frank or Joe with the pair's tau, none, or a density without parameters. The cost grows
    with N D^2. A dimension whose values are all equal stays as it is. The fit runs on one thread.

    Raises:
        Refused: if the latents are not finite floats of that shape, or pyvinecopulib is not installed.
    """
    array = as_latents(latents, minimum=2)
    try:
        import pyvinecopulib
    except ModuleNotFoundError as error:
        if error.name != "pyvinecopulib":
            raise
        message = 'the vine copula needs the package pyvinecopulib: run `pip install ".[vine]"` in the folder of tfvae'
        raise Refused(f"{message}, or `pip install pyvinecopulib`") from error
    varying = np.flatnonzero((array != array[0]).any(axis=0))
    vine = None
    if len(varying) > 1:
        # Of what lies among the margins alone: equal values have their mean rank.
        uniform = (rankdata(array[:, varying], axis=0) - 0.5) / len(array)
        families = [*pyvinecopulib.families.itau, pyvinecopulib.BicopFamily.tll]
        controls = pyvinecopulib.FitControlsVinecop(
            family_set=families, parametric_method="itau", selection_criterion="bic", num_threads=1
        )
        vine = pyvinecopulib.Vinecop.from_data(uniform, controls=controls)
    return VineSampler(np.sort(array.astype(np.float64), axis=0), varying, vine, array.dtype)
