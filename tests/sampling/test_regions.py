"""Region by region: draws lie around few places, which are uniform in the box of the latents."""

import numpy as np
import pytest
from scipy.stats import kstest

from tfvae.sampling.regions import region_latents

# Almost all in one corner of a box of 10 x 2.
LATENTS = np.concatenate([np.zeros((900, 2)), np.random.default_rng(0).uniform([0, 0], [10, 2], (1100, 2))])


def drawn(**arguments):
    settings = {"latents": LATENTS, "count": 3000, "regions": 3000, "width": 1e-12}
    return region_latents(**settings | arguments, generator=np.random.default_rng(1))


def test_places_are_uniform_in_the_box_whatever_the_density():
    found = np.unique(drawn(count=20_000, regions=500).round(2), axis=0)
    for axis, length in enumerate((10, 2)):
        assert kstest(found[:, axis], "uniform", (0, length)).pvalue > 1e-3


def test_around_each_place_latents_are_normal():
    latents = drawn(regions=1, width=0.1)
    for axis, length in enumerate((10, 2)):
        centred = latents[:, axis] - latents[:, axis].mean()
        assert centred.std() == pytest.approx(0.1 * length, rel=0.06)
        assert kstest(centred / (0.1 * length), "norm").pvalue > 1e-3


def test_there_are_as_many_places_as_asked_for():
    assert len(np.unique(drawn(regions=7).round(3), axis=0)) == 7


def test_type_and_determinism():
    latents = drawn(latents=LATENTS.astype(np.float32), count=5)
    assert latents.dtype == np.float32 and latents.shape == (5, 2)
    np.testing.assert_array_equal(latents, drawn(latents=LATENTS.astype(np.float32), count=5))


@pytest.mark.parametrize("arguments", [{"count": 0}, {"regions": 0}, {"width": 0.0}, {"width": np.inf}], ids=str)
def test_arguments_out_of_range_are_refused(arguments):
    with pytest.raises(ValueError, match=f"{next(iter(arguments))}="):
        drawn(**arguments)
