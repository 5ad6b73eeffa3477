import numpy as np

from tests.tiny_models import STICKS, configuration, digit_images
from tfvae.models import build_vae
from tfvae.sampling.encoding import posterior_means, posterior_parameters


def test_parameters_are_the_encoder_s():
    model, images = build_vae(configuration(), 1), digit_images(507)  # one full batch and a rest
    expected = model.encoder(images.astype(np.float32) / 255)
    np.testing.assert_allclose(posterior_parameters(model, images), expected, rtol=1e-4, atol=1e-6)


def test_means_of_sticks_sum_to_one_and_follow_from_the_parameters():
    model, images = build_vae(configuration(posterior=STICKS), 1), digit_images(507)
    means = posterior_means(model, images)
    assert means.shape == (507, 4)
    np.testing.assert_allclose(means.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(means, model.posterior.mean(posterior_parameters(model, images)))
