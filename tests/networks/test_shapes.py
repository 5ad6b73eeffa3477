"""Shapes computed without building, against what Keras builds and against enumeration."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tfvae.networks import cnn
from tfvae.networks.shapes import check_decoder, encoder_features

SMALL = st.integers(1, 4)
CONVOLUTION = st.fixed_dictionaries({"filters": SMALL, "kernel": SMALL, "stride": st.integers(1, 3)})
POOLING = st.fixed_dictionaries({"pool": SMALL, "stride": st.integers(1, 3)})
ENCODER = st.lists(CONVOLUTION | POOLING, min_size=1, max_size=3)
SIZES = st.integers(4, 16)


def enumerate_features(height, width, channels, layers):
    """Count the windows that fit, or return None if there is a layer into which none fits."""
    for layer in layers:
        window = layer.get("kernel", layer.get("pool"))
        height, width = (len(range(0, size - window + 1, layer["stride"])) for size in (height, width))
        if not height or not width:
            return None
        channels = layer.get("filters", channels)
    return height * width * channels


@given(SIZES, SIZES, st.integers(1, 3), ENCODER)
def test_encoder_features_count_the_windows(height, width, channels, layers):
    expected = enumerate_features(height, width, channels, layers)
    if expected is None:
        with pytest.raises(ValueError, match=r"Layer \d of the encoder has a window"):
            encoder_features((height, width, channels), layers)
    else:
        assert encoder_features((height, width, channels), layers) == expected


@settings(max_examples=15)
@given(SIZES, SIZES, ENCODER)
def test_encoder_features_are_what_keras_builds(height, width, layers):
    assume(enumerate_features(height, width, 1, layers))
    encoder = cnn.encoder((height, width, 1), layers, 2, "float32")
    assert encoder.layers[-1].kernel.shape[0] == encoder_features((height, width, 1), layers)


@settings(max_examples=15)
@given(st.integers(1, 3), st.integers(1, 3), st.lists(CONVOLUTION, min_size=1, max_size=3))
def test_accepted_decoders_build_the_image(height, width, layers):
    scale = 1
    for layer in layers:
        scale *= layer["stride"]
    shape, description = (height * scale, width * scale, 2), {"reshape": [height, width, 2], "layers": layers}
    check_decoder(shape, description)
    assert cnn.decoder(shape, description, 3, "float32").output_shape == (None, *shape)
    for wrong in ((shape[0] + 1, shape[1], 2), (shape[0], shape[1] - 1, 2)):
        with pytest.raises(ValueError, match=rf"to {shape[0]}x{shape[1]}, but images are {wrong[0]}x{wrong[1]}"):
            check_decoder(wrong, description)


def test_the_message_tells_what_to_change():
    description = {"reshape": [7, 7, 32], "layers": [{"filters": 1, "kernel": 3, "stride": 3}]}
    with pytest.raises(ValueError, match=r"starts at 7x7 .* by 3, to 21x21, .* 28x28: change 'reshape' or the strides"):
        check_decoder((28, 28, 1), description)
