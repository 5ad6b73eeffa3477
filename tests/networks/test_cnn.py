"""Convolutional networks: their sizes by hand and by brute force, and what a layer computes."""

from pathlib import Path

import keras
import numpy as np
import pytest

from pipeline.params.loading import load_architectures
from tfvae.networks import cnn
from tfvae.networks.layers import upward
from tfvae.networks.shapes import encoder_features

CANDIDATES = load_architectures(Path(__file__).resolve().parents[2] / "architectures.yaml").cnn
PARTS = CANDIDATES.model_dump()
SHAPE = (28, 28, 1)


def test_encoder_parameters_by_hand():
    """9x9 -> 4x4x3 -> pooled 3x3x3 -> 2x2x5 = 20 numbers -> 6."""
    layers = [
        {"filters": 3, "kernel": 3, "stride": 2},
        {"pool": 2, "stride": 1},
        {"filters": 5, "kernel": 2, "stride": 1},
    ]
    encoder = cnn.encoder((9, 9, 2), layers, 6, "float32")
    assert encoder.count_params() == (9 * 2 * 3 + 3) + (4 * 3 * 5 + 5) + (20 * 6 + 6)
    assert encoder(np.zeros((4, 9, 9, 2), "f")).shape == (4, 6)


def test_decoder_parameters_by_hand():
    """3 -> 2x2x4 -> 4x4x5 -> 4x4x3 -> 4x4x2."""
    layers = [{"filters": 5, "kernel": 3, "stride": 2}, {"filters": 3, "kernel": 1, "stride": 1}]
    decoder = cnn.decoder((4, 4, 2), {"reshape": [2, 2, 4], "layers": layers}, 3, "float32")
    assert decoder.count_params() == (3 * 16 + 16) + (9 * 4 * 5 + 5) + (5 * 3 + 3) + (9 * 3 * 2 + 2)
    assert decoder(np.zeros((6, 3), "f")).shape == (6, 4, 4, 2)


@pytest.mark.parametrize("name", PARTS["encoders"])
def test_candidate_encoders_build(name):
    layers = PARTS["encoders"][name]
    encoder = cnn.encoder(SHAPE, layers, 10, "float32")
    assert encoder.output_shape == (None, 10)
    assert encoder.layers[-1].kernel.shape == (encoder_features(SHAPE, layers), 10)


@pytest.mark.parametrize("name", PARTS["decoders"])
def test_candidate_decoders_reach_the_image(name):
    decoder = cnn.decoder(SHAPE, PARTS["decoders"][name], 5, "float32")
    assert decoder.output_shape == (None, *SHAPE)


def test_features_of_the_thesis_s_choice():
    """28 -> 26 -> 12 -> 5, with 63 filters."""
    assert encoder_features(SHAPE, PARTS["encoders"]["e5"]) == 5 * 5 * 63


def test_encoder_computes_convolutions_relus_and_means():
    layers = [{"filters": 2, "kernel": 2, "stride": 2}, {"pool": 2, "stride": 1}]
    encoder = cnn.encoder((6, 6, 1), layers, 3, "float32")
    generator = np.random.default_rng(0)
    encoder.set_weights([generator.normal(size=weight.shape) for weight in encoder.weights])
    kernel, bias, head, head_bias = encoder.get_weights()
    image = generator.uniform(size=(6, 6)).astype("f")
    convolved = np.array(
        [
            [np.einsum("ij,ijf->f", image[r : r + 2, c : c + 2], kernel[:, :, 0]) + bias for c in (0, 2, 4)]
            for r in (0, 2, 4)
        ]
    )
    hidden = np.maximum(convolved, 0)
    pooled = (hidden[:-1, :-1] + hidden[:-1, 1:] + hidden[1:, :-1] + hidden[1:, 1:]) / 4
    np.testing.assert_allclose(encoder(image[None, :, :, None])[0], pooled.ravel() @ head + head_bias, rtol=1e-5)


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_a_transposed_convolution_of_stride_one_is_a_convolution(kernel):
    """Its kernel is flipped and its channels are swapped."""
    transposed = keras.layers.Conv2DTranspose(4, kernel, 1, padding="same", activation="relu")
    transposed.build((None, 6, 7, 3))
    plain = upward(4, kernel, 1, "float32")
    plain.build((None, 6, 7, 3))
    generator = np.random.default_rng(0)
    weights, bias = generator.normal(size=transposed.kernel.shape), generator.normal(size=4)
    transposed.set_weights([weights, bias])
    plain.set_weights([weights[::-1, ::-1].transpose(0, 1, 3, 2), bias])
    inputs = generator.normal(size=(2, 6, 7, 3)).astype("f")
    outputs = plain(inputs).numpy()
    assert isinstance(plain, keras.layers.Conv2D)
    assert (outputs > 0).mean() > 0.1
    np.testing.assert_allclose(outputs, transposed(inputs), rtol=1e-4, atol=1e-5)


def test_a_larger_stride_multiplies_the_size():
    layer = upward(4, 3, 2, "float32")
    assert isinstance(layer, keras.layers.Conv2DTranspose)
    assert layer(np.zeros((1, 5, 4, 2), "f")).shape == (1, 10, 8, 4)


def test_a_window_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match="Layer 1 of the encoder has a window of 4, but only 3x3"):
        cnn.encoder((6, 6, 1), [{"filters": 2, "kernel": 4, "stride": 1}, {"pool": 4, "stride": 1}], 2, "float32")


def test_a_decoder_that_misses_the_image_is_refused():
    description = {"reshape": [7, 7, 2], "layers": [{"filters": 2, "kernel": 3, "stride": 2}]}
    with pytest.raises(ValueError, match="14x14, but images are 28x28"):
        cnn.decoder(SHAPE, description, 5, "float32")
