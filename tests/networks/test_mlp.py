"""Dense networks: their sizes by hand, their function in NumPy."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.params.loading import load_architectures
from tfvae.networks import initialize, mlp

PARTS = load_architectures(Path(__file__).resolve().parents[2] / "architectures.yaml").mlp
SHAPE = (2, 3, 2)


def forward(inputs, weights):
    """Apply ReLU layers and a linear head."""
    hidden = inputs.reshape(len(inputs), -1).astype(np.float64)
    for position in range(0, len(weights), 2):
        hidden = hidden @ weights[position] + weights[position + 1]
        if position < len(weights) - 2:
            hidden = np.maximum(hidden, 0)
    return hidden


def test_parameters_by_hand():
    """Weights and biases: 12 -> 5 -> 3 -> 4, and 2 -> 3 -> 5 -> 12."""
    assert mlp.encoder(SHAPE, [5, 3], 4, "float32").count_params() == (60 + 5) + (15 + 3) + (12 + 4)
    assert mlp.decoder(SHAPE, [3, 5], 2, "float32").count_params() == (6 + 3) + (15 + 5) + (60 + 12)


def test_layers_are_relus_with_a_linear_head():
    generator = np.random.default_rng(0)
    encoder, decoder = mlp.encoder(SHAPE, [5, 3], 4, "float32"), mlp.decoder(SHAPE, [3, 5], 2, "float32")
    images, latents = generator.uniform(size=(6, *SHAPE)).astype("f"), generator.normal(size=(6, 2)).astype("f")
    for network, inputs, shape in ((encoder, images, (6, 4)), (decoder, latents, (6, *SHAPE))):
        network.set_weights([generator.normal(size=weight.shape) for weight in network.weights])
        outputs = network(inputs)
        assert outputs.shape == shape
        expected = forward(inputs, network.get_weights()).reshape(shape)
        assert expected.min() < 0 < expected.max()
        np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_only_large_layers_compute_in_bfloat16():
    """From 65,536 weights on; the encoder's head never does, the decoder's head like the rest."""
    encoder = mlp.encoder((32, 32, 1), [64, 63, 1041, 63], 2000, "bfloat16")
    decoder = mlp.decoder((32, 32, 1), [63, 64], 2000, "bfloat16")
    small = mlp.decoder((32, 32, 1), [2000, 63], 5, "bfloat16")
    expected = {
        encoder: ["bfloat16", "float32", "bfloat16", "bfloat16", "float32"],  # 65,536; 4,032; 65,583; 65,583; 126,000
        decoder: ["bfloat16", "float32", "bfloat16"],  # 126,000; 4,032; 65,536
        small: ["float32", "bfloat16", "float32"],  # 10,000; 126,000; 64,512
    }
    for network, dtypes in expected.items():
        assert [layer.compute_dtype for layer in network.layers if layer.weights] == dtypes
        assert {variable.dtype for variable in network.weights} == {"float32"}
        outputs = network(np.zeros((2, *network.input_shape[1:]), "f"))
        assert outputs.dtype == "float32"


def test_the_thesis_s_candidates_follow_their_rule():
    for i in range(17):
        units = list(range(500 - 25 * i, 0, -25))
        assert PARTS.encoders[f"e{i}"] == units
        assert PARTS.decoders[f"d{i}"] == units[::-1]


@pytest.mark.parametrize("i", [0, 13, 16])
def test_candidates_reach_the_image(i):
    candidate = PARTS.candidate(f"e{i}-d{i}")
    encoder = mlp.encoder((28, 28, 1), candidate["encoder"], 10, "float32")
    decoder = mlp.decoder((28, 28, 1), candidate["decoder"], 5, "float32")
    assert encoder.output_shape == (None, 10)
    assert decoder.output_shape == (None, 28, 28, 1)
    for network, widths in ((encoder, [784, *candidate["encoder"], 10]), (decoder, [5, *candidate["decoder"], 784])):
        assert network.count_params() == sum((inputs + 1) * outputs for inputs, outputs in pairwise(widths))


def test_initial_outputs_are_finite_even_with_twenty_layers():
    encoder = mlp.encoder((28, 28, 1), PARTS.encoders["e0"], 10, "float32")
    initialize(encoder, 0, "encoder weights")
    outputs = encoder(np.random.default_rng(0).uniform(size=(4, 28, 28, 1)).astype("f")).numpy()
    assert np.isfinite(outputs).all()
    assert np.abs(outputs).max() > 1e-6
