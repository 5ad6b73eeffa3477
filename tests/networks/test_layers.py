"""What layers compute in, and their initial weights: Glorot's law, from the seed alone."""

import keras
import numpy as np
import pytest
import scipy.stats
from keras import layers

from tests.tiny_models import ARCHITECTURES, IMAGE_SHAPE
from tfvae.networks import initialize, network

PARTS = [(name, part) for name in ARCHITECTURES for part in ("encoder", "decoder")]


def convolutional():
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(20, 3),
            layers.Conv2DTranspose(12, (3, 5), 2),
            layers.Flatten(),
            layers.Dense(9),
        ]
    )


def initialized(seed=0, purpose="weights"):
    model = convolutional()
    initialize(model, seed, purpose)
    return model.get_weights()


# The fans by hand: receptive field times channels, in and out.
FANS = [(9 * 3, 9 * 20), (15 * 20, 15 * 12), (13 * 15 * 12, 9)]


@pytest.mark.parametrize(("position", "fans"), list(enumerate(FANS)))
def test_kernels_are_uniform_within_glorot_s_limit(position, fans):
    kernel, limit = initialized()[2 * position], np.sqrt(6 / sum(fans))
    assert kernel.dtype == np.float32
    assert np.abs(kernel).max() <= limit * (1 + 1e-6)
    assert scipy.stats.kstest(kernel.ravel()[:5000], scipy.stats.uniform(-limit, 2 * limit).cdf).pvalue > 1e-3


def test_everything_else_is_zero():
    assert all(not bias.any() for bias in initialized()[1::2])


def test_the_seed_decides():
    first = initialized()
    keras.utils.set_random_seed(123)
    convolutional()
    keras.Sequential([keras.Input((3,)), layers.Dense(4)])
    for one, other in zip(first, initialized(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("seed", "purpose"), [(1, "weights"), (0, "other weights")])
def test_other_seeds_and_purposes_share_nothing(seed, purpose):
    for one, other in zip(initialized()[::2], initialized(seed, purpose)[::2], strict=True):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 5 / np.sqrt(one.size)


def test_equal_layers_of_a_model_get_different_kernels():
    model = keras.Sequential([keras.Input((6,)), layers.Dense(6), layers.Dense(6)])
    initialize(model, 0, "weights")
    first, _, second, _ = model.get_weights()
    assert not np.isclose(first, second).any()


def test_global_generators_are_left_alone():
    keras.utils.set_random_seed(7)
    expected = np.random.random(3)
    keras.utils.set_random_seed(7)
    initialized()
    np.testing.assert_array_equal(np.random.random(3), expected)


def build(name, part, precision):
    return getattr(network(name), part)(IMAGE_SHAPE, ARCHITECTURES[name][part], 4, precision)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_variables_and_outputs_are_float32_in_any_case(name, part):
    model = build(name, part, "bfloat16")
    assert all(variable.dtype == "float32" for variable in model.weights)
    assert model(np.zeros((2, *model.input_shape[1:]), "f")).dtype == "float32"


@pytest.mark.parametrize(("name", "part"), [pair for pair in PARTS if pair[0] != "mlp"])
def test_hidden_layers_compute_in_bfloat16_and_heads_in_float32(name, part):
    """The dense networks have a rule of their own: see test_mlp.py."""
    model = build(name, part, "bfloat16")
    with_weights = [layer for layer in model.layers if layer.weights]
    assert all(layer.compute_dtype == "bfloat16" for layer in with_weights[:-1])
    assert with_weights[-1].compute_dtype == "float32"


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_float32_is_float32_throughout(name, part):
    model = build(name, part, "float32")
    assert all(layer.compute_dtype == "float32" for layer in model.layers)
    assert all(variable.dtype == "float32" for variable in model.weights)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_an_unknown_precision_is_refused(name, part):
    with pytest.raises(ValueError, match=r"Unknown precision.*'float16'.*float32, bfloat16"):
        build(name, part, "float16")
