"""What layers compute in."""

import numpy as np
import pytest

from tests.tiny_models import ARCHITECTURES, IMAGE_SHAPE
from tfvae.networks import network

PARTS = [(name, part) for name in ARCHITECTURES for part in ("encoder", "decoder")]


def build(name, part, precision):
    return getattr(network(name), part)(IMAGE_SHAPE, ARCHITECTURES[name][part], 4, precision)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_hidden_layers_compute_in_bfloat16_and_heads_in_float32(name, part):
    model = build(name, part, "bfloat16")
    with_weights = [layer for layer in model.layers if layer.weights]
    assert all(layer.compute_dtype == "bfloat16" for layer in with_weights[:-1])
    assert with_weights[-1].compute_dtype == "float32"
    assert all(variable.dtype == "float32" for variable in model.weights)
    assert model(np.zeros((2, *model.input_shape[1:]), "f")).dtype == "float32"


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_float32_is_float32_throughout(name, part):
    model = build(name, part, "float32")
    assert all(layer.compute_dtype == "float32" for layer in model.layers)
    assert all(variable.dtype == "float32" for variable in model.weights)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_an_unknown_precision_is_refused(name, part):
    with pytest.raises(ValueError, match=r"Unknown precision.*'float16'.*float32, bfloat16"):
        build(name, part, "float16")
