"""Models from plain data."""

import json

import numpy as np
import pytest

from tests.tiny_models import STICKS, configuration, digit_images
from tfvae.models import build_vae

IMAGES = digit_images(4).astype(np.float32) / 255


@pytest.mark.parametrize("network", ["mlp", "cnn"])
@pytest.mark.parametrize("changes", [{}, {"posterior": STICKS, "likelihood": "bernoulli"}], ids=["gaussian", "sticks"])
def test_configuration_and_weights_are_the_model(network, changes):
    original = build_vae(configuration(network, **changes), seed=1)
    text = json.dumps(configuration(network, **changes))
    copy = build_vae(json.loads(text), seed=2)
    noise = original.posterior.noise(4, (1, 2))
    before = [term.numpy() for term in copy.loss_terms(IMAGES, noise)]
    copy.set_weights(original.get_weights())
    after = [term.numpy() for term in copy.loss_terms(IMAGES, noise)]
    for one, other in zip(original.loss_terms(IMAGES, noise), after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.allclose(before[0], after[0], rtol=1e-3)


def test_the_seed_decides_the_weights():
    first, same, other = (build_vae(configuration("cnn"), seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(one, two) for one, two in zip(first, same, strict=True))
    assert not any(np.isclose(one, two).all() for one, two in zip(first, other, strict=True) if one.any())


def test_encoder_and_decoder_do_not_share_draws():
    square = configuration(encoder=[8], decoder=[8], posterior={"name": "diagonal_gaussian", "latent_dim": 64})
    model = build_vae(square)
    first, second = model.encoder.get_weights()[0], model.decoder.get_weights()[0]
    assert first.shape == second.shape == (64, 8)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": "rnn"}, "Unknown network"),
        ({"likelihood": "gaussian"}, "Unknown likelihood"),
        ({"posterior": {"name": "dirichlet", "latent_dim": 3}}, "Unknown posterior"),
        ({"posterior": {"name": "diagonal_gaussian", "latent_dim": 0}}, "at least one dimension"),
        ({"precision": "float16"}, "Unknown precision"),
    ],
)
def test_what_is_unknown_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        build_vae(configuration() | changes)


def test_a_decoder_must_fit_the_images():
    with pytest.raises(ValueError, match="8x8, but images are 9x9"):
        build_vae(configuration("cnn", image_shape=[9, 9, 1]))
