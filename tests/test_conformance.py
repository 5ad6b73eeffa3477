"""Every posterior with every network and every likelihood; a new entry of a registry fails until it has a case here."""

from itertools import product

import numpy as np
import pytest

from tests.tiny_models import ARCHITECTURES, GAUSSIAN, STICKS, configuration, digit_images
from tfvae.distributions import POSTERIORS
from tfvae.models import LIKELIHOODS, build_vae
from tfvae.networks import NETWORKS
from tfvae.training import Schedule, Trainer

POSTERIOR_CASES = {
    "diagonal_gaussian": GAUSSIAN,
    "stick_breaking": STICKS,
    "point": {"name": "point", "latent_dim": 3},
    # Defects that are kept to be measured.
    "relu_gaussian": {"name": "relu_gaussian", "latent_dim": 3},
    "clamped_stick_breaking": {"name": "clamped_stick_breaking", "latent_dim": 3},
}
# They let no gradient through to an encoder whose outputs all lie below this bound, as those of most new models do.
DEAD_BELOW = {"clamped_stick_breaking": np.log(np.e - 1)}
NETWORK_CASES = ARCHITECTURES
LIKELIHOOD_CASES = {"squared_error", "bernoulli"}
COMBINATIONS = list(product(POSTERIOR_CASES, NETWORK_CASES, sorted(LIKELIHOOD_CASES)))
IMAGES = digit_images(40)
STEPS = 3


def build(posterior, network, likelihood, seed=0):
    return build_vae(configuration(network, posterior=POSTERIOR_CASES[posterior], likelihood=likelihood), seed)


def trained(combination):
    """Return a model after a few steps, and the terms of its loss."""
    model = build(*combination)
    return model, Trainer(model, IMAGES, Schedule(1.0, batch_size=8, learning_rate=1e-2, batches="cyclic"), seed=0).run(
        STEPS
    )


@pytest.mark.parametrize(
    ("registry", "cases"),
    [(POSTERIORS, POSTERIOR_CASES), (NETWORKS, NETWORK_CASES), (LIKELIHOODS, LIKELIHOOD_CASES)],
    ids=["posteriors", "networks", "likelihoods"],
)
def test_every_entry_of_a_registry_has_a_case(registry, cases):
    assert set(registry) == set(cases)


@pytest.mark.parametrize("combination", COMBINATIONS, ids="-".join)
def test_conforms(combination):
    new = build(*combination)
    initial = new.get_weights()
    seen = IMAGES[: STEPS * 8].astype(np.float32) / 255
    learns = np.max(new.encoder(seen)) > DEAD_BELOW.get(combination[0], -np.inf)
    model, terms = trained(combination)

    assert all(np.isfinite(list(terms.values())))
    assert terms["distortion"] > 0
    assert terms["kl"] >= 0
    of_encoder = len(model.encoder.get_weights())
    for position, (before, after) in enumerate(zip(initial, model.get_weights(), strict=True)):
        assert np.isfinite(after).all()
        assert (before != after).any() == (learns or position >= of_encoder)

    again, same_terms = trained(combination)
    assert terms == same_terms
    assert all(np.array_equal(one, two) for one, two in zip(model.get_weights(), again.get_weights(), strict=True))

    copy = build(*combination, seed=1)
    copy.set_weights(model.get_weights())
    noise = model.posterior.noise(4, (1, 2))
    latents = model.posterior.sample_prior(noise)
    assert latents.shape == (4, model.posterior.latent_dim)
    images = model.decode(latents).numpy()
    assert images.shape == (4, *IMAGES.shape[1:])
    assert 0 <= images.min() < images.max() <= 1
    np.testing.assert_array_equal(images, copy.decode(latents))
    some = IMAGES[:4].astype(np.float32) / 255
    for one, two in zip(model.loss_terms(some, noise), copy.loss_terms(some, noise), strict=True):
        assert one.shape == (4,)
        np.testing.assert_array_equal(one, two)
