"""The regularisers against sums of weights and the Jacobian of the decoder."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import GAUSSIAN, configuration, digit_images
from tfvae.errors import Refused
from tfvae.models import build_model

POINT = {"name": "point", "latent_dim": 3}
OPTIONS = {"posterior": POINT, "regularizer": "l2", "regularizer_weight": 0.5}
IMAGES = tf.constant(digit_images(4) / 255.0, tf.float32)


def build(**changes):
    return build_model(configuration(model="regularized_autoencoder", **(OPTIONS | changes)), seed=1)


def test_the_squares_of_the_decoder_s_weights():
    model = build()
    distortion, penalty, norm = model.loss_terms(IMAGES, model.noise(4, (1, 2)))
    expected = 0.5 * sum((weight**2).sum() for weight in model.decoder.get_weights())
    np.testing.assert_allclose(penalty, expected, rtol=1e-5)
    latents = model.encoder(IMAGES).numpy()
    np.testing.assert_allclose(norm, 0.5 * (latents**2).sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(distortion, model.distortion(IMAGES, model.decoder(latents)), rtol=1e-5)


def test_the_gradient_penalty_is_the_squared_norm_of_the_jacobian_on_average():
    model = build(regularizer="gradient_penalty", regularizer_weight=1.0)
    latents = model.encoder(IMAGES[:1])
    with tf.GradientTape() as tape:
        tape.watch(latents)
        decoded = model.decode(latents)
    expected = float(tf.reduce_sum(tape.batch_jacobian(decoded, latents) ** 2))
    many = tf.repeat(IMAGES[:1], 4000, axis=0)
    penalties = model.loss_terms(many, model.noise(4000, (1, 2)))[1].numpy()
    assert penalties.mean() == pytest.approx(expected, rel=0.1) and penalties.std() > 0


@pytest.mark.parametrize(
    "changes",
    [{"posterior": GAUSSIAN}, {"regularizer": "l1"}, {"regularizer_weight": -1}, {"regularizer_weight": None}],
)
def test_wrong_options_are_refused(changes):
    with pytest.raises(Refused):
        build(**changes)
