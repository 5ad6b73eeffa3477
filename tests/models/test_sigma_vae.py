"""The learned noise: its likelihood against SciPy's, and the closed form of its optimum."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from tests.tiny_models import configuration, digit_images
from tfvae.errors import Refused
from tfvae.models import build_model
from tfvae.training import Schedule, Trainer

IMAGES = digit_images(4)


def build(**changes):
    return build_model(configuration(model="sigma_vae", **({"likelihood": "gaussian"} | changes)))


def test_the_distortion_is_the_density_s_logarithm():
    model, pixels = build(), IMAGES.astype(np.float32) / 255
    model.raw_log_sigma.assign([-1.7])
    noise = model.noise(4, (1, 2))
    latents, logits, distortion, _ = model.evaluate(pixels, noise)
    mean = model.decode(latents).numpy()
    sigma = float(np.exp(model.log_sigma))
    np.testing.assert_allclose(distortion, -stats.norm(mean, sigma).logpdf(pixels).sum(axis=(1, 2, 3)), rtol=1e-4)
    np.testing.assert_allclose(mean, tf.sigmoid(logits), rtol=1e-6)


def test_the_learned_noise_tends_to_the_error_s():
    """With all else held, the best sigma^2 is the mean squared error of a pixel (eq. 9)."""
    model, pixels = build(), tf.constant(IMAGES / 255.0, tf.float32)
    noise = model.noise(4, (1, 2))
    for _ in range(400):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model.loss_terms(pixels, noise)[0])
        model.raw_log_sigma.assign_sub(0.01 * tape.gradient(loss, model.raw_log_sigma.value))
    errors = model.decode(model.evaluate(pixels, noise)[0]) - pixels
    assert float(np.exp(2 * model.log_sigma)) == pytest.approx(float(tf.reduce_mean(errors**2)), rel=1e-3)


def test_it_is_trained_and_bounded():
    model = build()
    Trainer(model, digit_images(40), Schedule(1.0, batch_size=8, learning_rate=1e-2), 0).run(5)
    assert float(model.raw_log_sigma[0]) != 0
    model.raw_log_sigma.assign([-1e6])
    assert float(model.log_sigma) == pytest.approx(-6)


@pytest.mark.parametrize("name", ["bernoulli", "squared_error"])
def test_another_likelihood_is_refused(name):
    with pytest.raises(Refused, match=r"likelihood of a sigma-VAE.*gaussian"):
        build(likelihood=name)
