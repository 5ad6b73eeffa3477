"""Sampling codes: the loop that keeps what it computed draws from the distribution that the whole network states."""

from itertools import product

import numpy as np
import pytest
import tensorflow as tf

from tests.models.test_vq_vae import prepared
from tests.networks.test_gated_pixel_cnn import network
from tests.tiny_models import digit_images
from tfvae import batching
from tfvae.sampling.codes import Codec
from tfvae.sampling.pixel_cnn import CodeSampler


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(batching, "BATCH", 40)


@pytest.mark.parametrize(("height", "width", "depth", "radius"), [(4, 3, 3, 1), (3, 5, 2, 2), (1, 4, 1, 1)], ids=str)
def test_every_position_is_drawn_from_the_networks_logits(monkeypatch, height, width, depth, radius):
    """The logits that the loop draws from are those of the finished grid."""
    made = network(codes=4, depth=depth, radius=radius)
    seen = []
    draw = tf.random.stateless_categorical

    def noted(logits, count, seed, dtype):
        tf.py_function(lambda values, at: seen.append((int(at), values.numpy())), [logits, seed[1]], [])
        return draw(logits, count, seed, dtype)

    monkeypatch.setattr(tf.random, "stateless_categorical", noted)
    drawn = CodeSampler(made, height, width)(40, seed=0)
    expected = made(drawn).numpy().reshape(40, height * width, 4)
    assert sorted(position for position, _ in seen) == list(range(height * width))
    for position, logits in seen:
        np.testing.assert_allclose(logits, expected[:, position], rtol=1e-4, atol=1e-5)


def test_frequencies_are_the_probabilities_of_the_network(monkeypatch):
    monkeypatch.setattr(batching, "BATCH", 4000)
    made = network(codes=2)
    grids = np.array(list(product(range(2), repeat=4)), np.int32).reshape(-1, 2, 2)
    log_p = tf.nn.log_softmax(made(grids)).numpy()
    p = np.exp(np.take_along_axis(log_p, grids[..., None], axis=-1).sum(axis=(1, 2, 3)))
    drawn = CodeSampler(made, 2, 2)(20_000, seed=1)
    counts = np.bincount(drawn.reshape(-1, 4) @ [8, 4, 2, 1], minlength=16)
    # Pearson's statistic has 15 degrees of freedom here: its 0.9999 quantile is 44.3.
    assert np.sum((counts - 20_000 * p) ** 2 / (20_000 * p)) < 44.3


def test_draws_are_a_function_of_seed_and_purpose_alone():
    sampler = CodeSampler(network(codes=4), 3, 3)
    drawn = sampler(50, seed=0)
    assert drawn.shape == (50, 3, 3) and drawn.dtype == np.int32
    np.testing.assert_array_equal(drawn, sampler(50, seed=0))
    np.testing.assert_array_equal(drawn[:7], sampler(7, seed=0))
    assert (drawn != sampler(50, seed=1)).any() and (drawn != sampler(50, seed=0, purpose="other")).any()
    assert (drawn[:10] != drawn[40:]).any()  # batches differ


def test_no_grid_is_no_sample():
    with pytest.raises(ValueError, match="count must be at least 1"):
        CodeSampler(network(), 2, 2)(0, seed=0)


def test_images_become_codes_and_codes_images_in_batches():
    model, _ = prepared()
    codec, pictures = Codec(model), digit_images(90)
    codes = codec.codes(pictures)
    np.testing.assert_array_equal(codes, model.encode(pictures.astype(np.float32) / 255))
    np.testing.assert_allclose(codec.images(codes), model.decode(codes), rtol=1e-6)
