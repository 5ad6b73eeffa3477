"""The autoregressive network: what a position sees, read off the Jacobian, and that it is a distribution."""

from itertools import product

import numpy as np
import pytest
import tensorflow as tf

from tfvae.networks import initialize
from tfvae.networks.gated_pixel_cnn import GatedPixelCNN


def network(codes=3, channels=4, depth=2, radius=1, precision="float32"):
    """Return a network with random biases as well."""
    made = GatedPixelCNN(codes, channels, depth, radius, precision)
    initialize(made, 0, "prior weights")
    generator = np.random.default_rng(1)
    made.set_weights([weight + 0.3 * generator.normal(size=weight.shape) for weight in made.get_weights()])
    return made


def influence(made, height, width):
    """Return by how much each logit changes with each embedded code: (positions, positions), the latter the input's."""
    embedded = tf.constant(np.random.default_rng(2).normal(size=(1, height, width, made.channels)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(embedded)
        logits = made.from_embedded(embedded)
    jacobian = np.abs(tape.jacobian(logits, embedded).numpy()[0, :, :, :, 0]).sum(axis=(2, 5))
    return jacobian.reshape(height * width, height * width)


@pytest.mark.parametrize(
    ("height", "width", "depth", "radius"), [(4, 4, 3, 1), (3, 5, 4, 1), (5, 3, 2, 2), (7, 7, 3, 2)], ids=str
)
def test_a_position_depends_on_every_earlier_one_and_on_no_other(height, width, depth, radius):
    seen = influence(network(depth=depth, radius=radius), height, width)
    earlier = np.tril(np.ones(seen.shape, bool), k=-1)
    assert (seen[~earlier] == 0).all()
    assert (seen[earlier] > 0).all()


def test_too_few_layers_do_not_reach_across():
    seen = influence(network(depth=1, radius=1), 4, 4)
    assert seen[15, 0] == 0 and seen[15, 14] > 0


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_probabilities_of_all_configurations_sum_to_one(precision):
    made = network(codes=2, precision=precision)
    grids = np.array(list(product(range(2), repeat=4)), np.int32).reshape(-1, 2, 2)
    log_p = tf.nn.log_softmax(made(grids)).numpy().astype(np.float64)
    chosen = np.take_along_axis(log_p, grids[..., None], axis=-1).sum(axis=(1, 2, 3))
    assert np.exp(chosen).sum() == pytest.approx(1, abs=1e-5)
    assert chosen.std() > 0.1  # no uniform distribution


def test_the_first_layer_from_its_definition():
    """A network of one layer, computed in NumPy with full kernels times masks."""
    made = network(codes=3, channels=2, depth=1, radius=1)
    codes = np.random.default_rng(3).integers(0, 3, (1, 3, 4)).astype(np.int32)
    layer = made.stack[0]
    (down, down_bias), (right, right_bias) = layer.down.get_weights(), layer.right.get_weights()
    embedded = np.pad(made.embedding.get_weights()[0][codes[0]], ((2, 0), (2, 2), (0, 0)))
    (link,), (out, out_bias) = layer.link.get_weights(), layer.out.get_weights()
    (hidden, hidden_bias), (head, head_bias) = made.hidden.get_weights(), made.logits.get_weights()
    expected = np.zeros((3, 4, 3))
    for i, j in product(range(3), range(4)):
        above = sum(
            embedded[i + 2 - rows, j + 2 + columns] @ down[2 - rows, columns + 1]
            for rows, columns in product((1, 2), (-1, 0, 1))
        )
        left = sum(embedded[i + 2, j + 2 - columns] @ right[0, 2 - columns] for columns in (1, 2))
        both = left + right_bias + (above + down_bias) @ link
        gated = np.tanh(both[:2]) / (1 + np.exp(-both[2:]))
        horizontal = np.maximum(gated @ out + out_bias, 0)
        expected[i, j] = np.maximum(horizontal @ hidden + hidden_bias, 0) @ head + head_bias
    np.testing.assert_allclose(made(codes).numpy()[0], expected, rtol=1e-4, atol=1e-5)
