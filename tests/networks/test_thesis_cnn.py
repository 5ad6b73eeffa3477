"""The end of the thesis's convolutional decoder."""

import keras
import numpy as np
import pytest

from tfvae.networks import cnn, thesis_cnn

SHAPE = (4, 4, 2)
DESCRIPTION = {"reshape": [2, 2, 4], "layers": [{"filters": 5, "kernel": 3, "stride": 2}]}


def test_parameters_by_hand():
    """3 -> 2x2x4 -> 4x4x5 -> 4x4x2 = 32 numbers -> 32."""
    decoder = thesis_cnn.decoder(SHAPE, DESCRIPTION, 3, "float32")
    assert decoder.count_params() == (3 * 16 + 16) + (9 * 4 * 5 + 5) + (9 * 5 * 2 + 2) + (32 * 32 + 32)
    assert decoder.output_shape == (None, *SHAPE)


def test_the_dense_layer_sees_an_image_without_negative_pixels():
    keras.utils.set_random_seed(0)
    decoder = thesis_cnn.decoder(SHAPE, DESCRIPTION, 3, "float32")
    latents = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    *hidden, _, dense, _ = decoder.layers
    image = keras.Sequential(hidden)(latents).numpy()
    assert image.shape == (20, *SHAPE) and image.min() == 0 < image.max()
    kernel, bias = (weight.numpy() for weight in (dense.kernel, dense.bias))
    expected = (image.reshape(20, -1) @ kernel + bias).reshape(20, *SHAPE)
    np.testing.assert_allclose(decoder(latents), expected, rtol=1e-4, atol=1e-5)


def test_the_head_computes_in_float32():
    decoder = thesis_cnn.decoder(SHAPE, DESCRIPTION, 3, "bfloat16")
    assert decoder(np.zeros((1, 3), "f")).dtype == "float32"


def test_the_rest_is_the_network_of_the_text():
    assert thesis_cnn.encoder is cnn.encoder
    with pytest.raises(ValueError, match="strides"):
        thesis_cnn.decoder((5, 5, 1), DESCRIPTION, 3, "float32")
