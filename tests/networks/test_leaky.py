"""Networks with leaky ReLUs: their sizes by hand, what their layers compute, and what is refused."""

import keras
import numpy as np
import pytest

from tfvae.networks import leaky_cnn, leaky_mlp

SAME = {"filters": 3, "kernel": 3, "stride": 2, "padding": "same"}
VALID = {"filters": 4, "kernel": 4, "stride": 1, "padding": "valid"}


def leaky(x):
    return np.where(x > 0, x, 0.3 * x)


def randomize(network):
    generator = np.random.default_rng(0)
    network.set_weights([generator.normal(size=weight.shape) for weight in network.weights])
    return [weight.astype(float) for weight in network.get_weights()]


def test_dense_layers_in_numpy():
    encoder, decoder = (
        leaky_mlp.encoder((2, 3, 2), [5, 4], 3, "float32"),
        leaky_mlp.decoder((2, 3, 2), [5], 2, "float32"),
    )
    generator = np.random.default_rng(1)
    images, latents = generator.uniform(size=(6, 2, 3, 2)).astype("f"), generator.normal(size=(6, 2)).astype("f")
    w1, b1, w2, b2, w3, b3 = randomize(encoder)
    hidden = leaky(leaky(images.reshape(6, 12) @ w1 + b1) @ w2 + b2)
    np.testing.assert_allclose(encoder(images), hidden @ w3 + b3, rtol=1e-4, atol=1e-5)
    w1, b1, w2, b2 = randomize(decoder)
    assert (latents @ w1 + b1).min() < 0, "the slope below zero is used"
    expected = (leaky(latents @ w1 + b1) @ w2 + b2).reshape(6, 2, 3, 2)
    np.testing.assert_allclose(decoder(latents), expected, rtol=1e-4, atol=1e-5)


def test_convolutional_parameters_by_hand():
    """7x7x2 -> same, by 2: 4x4x3 -> valid: 1x1x4 -> 5. Back: 6 -> 4x4x4 -> 8x8x3 -> 8x8x2."""
    encoder = leaky_cnn.encoder((7, 7, 2), [SAME, VALID], 5, "float32")
    assert encoder.count_params() == (9 * 2 * 3 + 3) + (16 * 3 * 4 + 4) + (4 * 5 + 5)
    assert encoder(np.zeros((2, 7, 7, 2), "f")).shape == (2, 5)
    decoder = leaky_cnn.decoder((8, 8, 2), {"layers": [VALID, SAME], "kernel": 5}, 6, "float32")
    assert decoder.count_params() == (16 * 6 * 4 + 4) + (9 * 4 * 3 + 3) + (25 * 3 * 2 + 2)
    assert decoder(np.zeros((2, 6), "f")).shape == (2, 8, 8, 2)


def test_a_convolution_of_one_pixel_in_numpy():
    """A valid transposed convolution of one pixel is a dense layer whose bias its pixels share."""
    layers = [{"filters": 3, "kernel": 4, "stride": 1, "padding": "valid"}]
    encoder, decoder = (
        leaky_cnn.encoder((4, 4, 2), layers, 2, "float32"),
        leaky_cnn.decoder((4, 4, 2), {"layers": layers, "kernel": 1}, 5, "float32"),
    )
    generator = np.random.default_rng(1)
    images, latents = generator.uniform(size=(6, 4, 4, 2)).astype("f"), generator.normal(size=(6, 5)).astype("f")
    kernel, bias, head, head_bias = randomize(encoder)
    hidden = leaky(np.einsum("bijc,ijcf->bf", images, kernel) + bias)
    np.testing.assert_allclose(encoder(images), hidden @ head + head_bias, rtol=1e-4, atol=1e-5)
    kernel, bias, head, head_bias = randomize(decoder)
    hidden = leaky(np.einsum("bc,ijfc->bijf", latents, kernel) + bias)
    np.testing.assert_allclose(decoder(latents), hidden @ head[0, 0] + head_bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_sizes_are_those_that_keras_reaches(padding, kernel, stride):
    layer = {"filters": 2, "kernel": kernel, "stride": stride, "padding": padding}
    first = {"filters": 2, "kernel": 3, "stride": 1, "padding": "valid"}
    reached = keras.layers.Conv2DTranspose(2, kernel, stride, padding=padding)(np.zeros((1, 3, 3, 2), "f")).shape[1]
    decoder = leaky_cnn.decoder((reached, reached, 1), {"layers": [first, layer], "kernel": 3}, 4, "float32")
    assert decoder.output_shape == (None, reached, reached, 1)
    encoder = leaky_cnn.encoder((9, 8, 1), [layer], 4, "float32")
    height, width = keras.layers.Conv2D(2, kernel, stride, padding=padding)(np.zeros((1, 9, 8, 1), "f")).shape[1:3]
    assert encoder.layers[-1].kernel.shape == (height * width * 2, 4)


def test_a_window_that_is_too_large_is_refused():
    with pytest.raises(ValueError, match="Layer 1 of the encoder has a window of 4, but only 3x3 reaches it"):
        leaky_cnn.encoder((6, 6, 1), [SAME, VALID], 2, "float32")


def test_a_decoder_that_misses_the_image_is_refused():
    with pytest.raises(ValueError, match="from one pixel to 8x8, but images are 28x28"):
        leaky_cnn.decoder((28, 28, 1), {"layers": [VALID, SAME], "kernel": 5}, 5, "float32")


def test_an_unknown_padding_is_refused():
    layer = SAME | {"padding": "full"}
    with pytest.raises(ValueError, match="Received: 'full'"):
        leaky_cnn.encoder((6, 6, 1), [layer], 2, "float32")
    with pytest.raises(ValueError, match="Received: 'full'"):
        leaky_cnn.decoder((2, 2, 1), {"layers": [layer], "kernel": 3}, 2, "float32")
