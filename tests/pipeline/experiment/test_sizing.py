"""Networks sized from the images: each shape builds, computes and reaches every pixel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.experiment.configuration import vae
from pipeline.experiment.sizing import sized
from tfvae.models.registry import build_model
from tfvae.networks.shapes import check_decoder, encoder_features

SHAPES = [(8, 8, 1), (20, 28, 1), (27, 31, 1), (28, 28, 1), (64, 64, 3), (128, 128, 1)]


def build(network, shape):
    halves = sized(network, shape)
    posterior = {"name": "diagonal_gaussian", "latent_dim": 5}
    values = {"posterior": posterior, "likelihood": "squared_error", "precision": "float32"}
    return build_model(vae(shape, network, **halves, **values))


@pytest.mark.parametrize("network", ["mlp", "cnn"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_pixel_is_seen_and_drawn(network, shape):
    model, images = build(network, shape), np.full((1, *shape), 0.5, "float32")
    assert model.decoder(np.ones((2, 5), "float32")).shape == (2, *shape)
    plain = model.encoder(images)
    for row, column in [(0, 0), (shape[0] // 2, shape[1] // 2), (shape[0] - 1, shape[1] - 1)]:
        changed = images.copy()
        changed[:, row, column] = 1
        assert np.abs(model.encoder(changed) - plain).max() > 0


@given(height=st.integers(8, 128), width=st.integers(8, 128), channels=st.sampled_from([1, 3]))
@settings(deadline=None)
def test_convolutions_fit_any_size(height, width, channels):
    halves = sized("cnn", (height, width, channels))
    check_decoder((height, width, channels), halves["decoder"])
    features = encoder_features((height, width, channels), halves["encoder"])
    assert 32 * 9 <= features <= 64 * 7 * 127


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_models_of_28x28_stay_below_a_megabyte_in_two_bytes(network):
    assert sum(weights.size for weights in build(network, (28, 28, 1)).get_weights()) * 2 < 1_000_000


def test_a_decoder_starts_small_where_sizes_allow_it():
    assert [sized("cnn", shape)["decoder"]["reshape"][:2] for shape in SHAPES] == [
        [4, 4], [5, 7], [27, 31], [7, 7], [8, 8], [8, 8],
    ]  # fmt: skip
