"""Training of the prior, on grids whose entropy is known."""

import numpy as np
import pytest
import tensorflow as tf

from tfvae.priors import PixelCNNTrainer, build_pixel_cnn, nats_per_code

CONFIGURATION = {"codes": 3, "channels": 8, "depth": 2, "radius": 1, "precision": "float32"}
SETTINGS = {"steps": 150, "batch_size": 32, "learning_rate": 1e-2, "seed": 0}


def grids(count, seed):
    """Return grids (count, 3, 3): the first row is random, and each row below is the one above, shifted cyclically."""
    first = np.random.default_rng(seed).integers(0, 3, (count, 3))
    return np.stack([np.roll(first, shift, axis=1) for shift in range(3)], axis=1).astype(np.int32)


def test_it_learns_a_rule_down_to_its_entropy():
    model = build_pixel_cnn(CONFIGURATION)
    before = nats_per_code(model, grids(700, 1))
    loss = PixelCNNTrainer(model, grids(400, 0), **SETTINGS).run(SETTINGS["steps"])
    # Three of nine codes are free, uniform over three values.
    entropy = np.log(3) / 3
    after = nats_per_code(model, grids(700, 1))
    assert before > 1.0 > loss > after
    assert after == pytest.approx(entropy, abs=0.03)


def test_nats_per_code_is_the_mean_over_all_positions():
    model, codes = build_pixel_cnn(CONFIGURATION, 3), grids(501, 2)
    log_p = tf.nn.log_softmax(model(codes)).numpy()
    expected = -np.take_along_axis(log_p, codes[..., None], axis=-1).mean(dtype=np.float64)
    assert nats_per_code(model, codes) == pytest.approx(expected, rel=1e-5)


def test_the_seed_decides_the_weights_to_the_byte():
    def weights(seed):
        model = build_pixel_cnn(CONFIGURATION | {"depth": 1}, seed)
        PixelCNNTrainer(model, grids(40, 0), **SETTINGS | {"seed": seed}).run(3)
        return b"".join(weight.tobytes() for weight in model.get_weights())

    assert weights(1) == weights(1) != weights(2)


def test_fewer_grids_than_a_batch_are_refused():
    with pytest.raises(ValueError, match="batch_size=32"):
        PixelCNNTrainer(build_pixel_cnn(CONFIGURATION), grids(10, 0), **SETTINGS)
