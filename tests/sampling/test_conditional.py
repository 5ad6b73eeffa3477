"""Batches of a conditional model against the same model given one class, which knows no batches of labels."""

import numpy as np
import pytest

from tests.tiny_models import GAUSSIAN, STICKS, configuration, digit_images
from tfvae import randomness
from tfvae.errors import Refused
from tfvae.models import build_conditional_vae
from tfvae.sampling.encoding import posterior_means
from tfvae.sampling.generation import Generator

COUNT = 507  # one full batch and a rest
IMAGES = digit_images(COUNT)
LABELS = (np.arange(COUNT) % 4).astype(np.uint8)
POSTERIORS = {"diagonal_gaussian": GAUSSIAN, "stick_breaking": STICKS}
ALL = pytest.mark.parametrize("posterior", POSTERIORS)


@pytest.fixture(scope="module")
def models():
    return {
        name: build_conditional_vae(configuration(posterior=posterior, likelihood="bernoulli", num_classes=4), 1)
        for name, posterior in POSTERIORS.items()
    }


@ALL
def test_images_are_those_of_each_class(models, posterior):
    generator = Generator(models[posterior], 9)
    latents = generator.prior_latents(COUNT, "somewhere")
    np.testing.assert_array_equal(latents, Generator(models[posterior].given(2), 9).prior_latents(COUNT, "somewhere"))
    images = generator.images(latents, LABELS)
    assert images.dtype == np.float32 and images.shape == (COUNT, 8, 8, 1)
    for label in range(4):
        alone = Generator(models[posterior].given(label), 9).images(latents)
        chosen = np.equal(LABELS, label)
        np.testing.assert_allclose(images[chosen], alone[chosen], rtol=1e-5)


@ALL
def test_reconstructions_are_those_of_each_class(models, posterior):
    together = Generator(models[posterior], 9).reconstruct(IMAGES, labels=LABELS)
    for label in range(4):
        chosen, alone = np.equal(LABELS, label), Generator(models[posterior].given(label), 9).reconstruct(IMAGES)
        for name in ("latents", "images", "distortion", "kl"):
            one, other = getattr(together, name), getattr(alone, name)
            assert one.shape == other.shape
            np.testing.assert_allclose(one[chosen], other[chosen], rtol=1e-4, atol=1e-6)


@ALL
def test_posterior_draws_are_those_of_each_class(models, posterior):
    draws = Generator(models[posterior], 9).posterior_latents(IMAGES, "drawn", LABELS)
    for label in range(4):
        alone, rows = Generator(models[posterior].given(label), 9), np.equal(LABELS, label)
        np.testing.assert_allclose(draws[rows], alone.posterior_latents(IMAGES, "drawn")[rows], rtol=1e-4, atol=1e-6)


@ALL
def test_means_are_the_encoder_s_given_the_label(models, posterior):
    model = models[posterior]
    means = posterior_means(model, IMAGES, LABELS)
    parameters = model.given(LABELS.astype(np.int32)).encoder(IMAGES.astype(np.float32) / 255)
    np.testing.assert_allclose(means, model.posterior.mean(parameters), rtol=1e-4, atol=1e-6)


def test_noise_is_keyed_by_batch(models):
    model = models["diagonal_gaussian"]
    keys = [randomness.key(9, "prior", batch) for batch in (0, 1)]
    expected = np.concatenate([model.posterior.noise(rows, key) for rows, key in zip((500, 7), keys, strict=True)])
    np.testing.assert_array_equal(Generator(model, 9).prior_latents(COUNT), expected)


def test_every_image_needs_its_label(models):
    generator = Generator(models["diagonal_gaussian"], 9)
    for call in (
        lambda: generator.reconstruct(IMAGES, labels=LABELS[1:]),
        lambda: generator.posterior_latents(IMAGES, labels=LABELS[1:]),
        lambda: generator.images(generator.prior_latents(COUNT), LABELS[1:]),
        lambda: posterior_means(generator.model, IMAGES, LABELS[1:]),
        lambda: posterior_means(generator.model, IMAGES[:0], LABELS[:0]),
    ):
        with pytest.raises(Refused, match="Received: "):
            call()
