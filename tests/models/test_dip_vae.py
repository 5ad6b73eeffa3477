"""The penalties of the DIP-VAE against NumPy's covariances, and where they vanish."""

import numpy as np
import pytest

from tests.models.encodings import gaussians, identities
from tests.tiny_models import STICKS, configuration
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.models.dip_vae import DIPVAE


def penalty(kind, means, deviations, ratio=2.0):
    model = DIPVAE(*identities(means.shape[1]), kind=kind, diagonal_ratio=ratio)
    parameters = gaussians(means, deviations)
    *_, values = model.loss_terms(parameters, np.zeros(means.shape, np.float32))
    assert len(set(values.numpy().tolist())) == 1 and len(values) == len(means)
    return float(values[0])


@pytest.mark.parametrize("kind", ["I", "II"])
def test_the_penalty_is_that_of_the_covariance(kind):
    rng = np.random.default_rng(0)
    means = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 3))
    deviations = rng.uniform(0.2, 1.5, (50, 3))
    covariance = np.cov(means.T, ddof=0) + (np.diag((deviations**2).mean(axis=0)) if kind == "II" else 0)
    off = covariance - np.diag(np.diag(covariance))
    expected = (off**2).sum() + 2.0 * ((np.diag(covariance) - 1) ** 2).sum()
    assert penalty(kind, means, deviations) == pytest.approx(expected, rel=1e-4)


def test_white_latents_have_none():
    signs = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert penalty("I", signs, 0.5) == pytest.approx(0, abs=1e-8)
    assert penalty("II", 0.6 * signs, 0.8) == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize(
    "changes",
    [{"kind": 1}, {"diagonal_ratio": -1}, {"diagonal_ratio": float("nan")}, {"posterior": STICKS}],
)
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build_model(configuration(model="dip_vae", **({"kind": "I", "diagonal_ratio": 1.0} | changes)))
