"""Posterior families by name."""

import pytest

from tfvae.distributions import DiagonalGaussian, StickBreaking, build_posterior


def test_families_are_built_by_name():
    assert build_posterior("diagonal_gaussian", latent_dim=2) == DiagonalGaussian(2)
    assert build_posterior("stick_breaking", latent_dim=4, concentration=3.0) == StickBreaking(4, 3.0)


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match=r"Unknown posterior.*'gaussian'.*diagonal_gaussian, .*stick_breaking"):
        build_posterior("gaussian", latent_dim=2)
