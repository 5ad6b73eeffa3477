"""Latents and images of a model: the definitions in NumPy, keyed draws, and batches that leave no seam."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import expit

from tests.tiny_models import GAUSSIAN, STICKS, configuration, digit_images
from tfvae import randomness
from tfvae.distributions import DiagonalGaussian
from tfvae.models import build_vae
from tfvae.sampling.generation import Generator

COUNT = 507  # one full batch and a rest
IMAGES = digit_images(COUNT)
POSTERIORS = {"diagonal_gaussian": GAUSSIAN, "stick_breaking": STICKS}
ALL = pytest.mark.parametrize("posterior", POSTERIORS)


class Certain(DiagonalGaussian):
    """A Gaussian that hardly spreads, whatever its parameters."""

    def sample(self, parameters, noise):
        return parameters[:, : self.latent_dim] + np.exp(-10).astype(np.float32) * noise


@pytest.fixture(scope="module")
def models():
    return {
        name: build_vae(configuration(posterior=posterior, likelihood="bernoulli"), 1)
        for name, posterior in POSTERIORS.items()
    }


def noise_of(model, purpose, seed=9):
    """Return the noise of both batches."""
    keys = [randomness.key(seed, purpose, batch) for batch in (0, 1)]
    return np.concatenate([model.posterior.noise(rows, key) for rows, key in zip((500, 7), keys, strict=True)])


@ALL
def test_prior_latents_are_the_prior_s_draws(models, posterior):
    model = models[posterior]
    latents = Generator(model, 9).prior_latents(COUNT, "somewhere")
    assert latents.shape == (COUNT, model.posterior.latent_dim)
    assert latents.dtype == np.float32
    expected = model.posterior.sample_prior(tf.constant(noise_of(model, "somewhere")))
    np.testing.assert_allclose(latents, expected, rtol=1e-5, atol=1e-7)
    assert len(np.unique(latents, axis=0)) == COUNT


@ALL
def test_posterior_latents_are_one_draw_for_each_image(models, posterior):
    model = models[posterior]
    latents = Generator(model, 9).posterior_latents(IMAGES)
    parameters = model.encoder(IMAGES.astype(np.float32) / 255)
    expected = model.posterior.sample(parameters, noise_of(model, "posterior"))
    np.testing.assert_allclose(latents, expected, rtol=1e-4, atol=1e-6)


@ALL
def test_images_are_the_means_of_the_decoder(models, posterior):
    model = models[posterior]
    latents = np.random.default_rng(0).uniform(size=(COUNT, model.posterior.latent_dim))
    images = Generator(model, 9).images(latents)
    assert images.shape == (COUNT, 8, 8, 1)
    assert images.dtype == np.float32
    np.testing.assert_allclose(images, expit(model.decoder(latents.astype(np.float32)).numpy()), rtol=1e-5)


@ALL
def test_reconstructions_are_those_of_the_model_with_the_same_noise(models, posterior):
    model = models[posterior]
    generator = Generator(model, 9)
    found = generator.reconstruct(IMAGES)
    noise = tf.constant(noise_of(model, "posterior"))
    expected = model.loss_terms(tf.constant(IMAGES, tf.float32) / 255, noise)
    np.testing.assert_allclose(found.distortion, expected[0], rtol=1e-4)
    np.testing.assert_allclose(found.kl, expected[1], rtol=1e-4, atol=1e-6)
    assert found.distortion.shape == found.kl.shape == (COUNT,)
    np.testing.assert_allclose(found.latents, generator.posterior_latents(IMAGES), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found.images, model(IMAGES.astype(np.float32) / 255, noise), rtol=1e-4, atol=1e-6)


def test_the_aggregated_posterior_has_a_draw_for_each_of_distinct_images(models):
    """Images that differ lie apart in the latent space, further than the noise of a posterior of variance e^-20."""
    generator = Generator(models["diagonal_gaussian"], 9)
    generator.posterior = Certain(3)
    draws = generator.aggregated_posterior(IMAGES, 200)
    parameters = models["diagonal_gaussian"].encoder(IMAGES.astype(np.float32) / 255).numpy()
    rows = np.square(draws[:, None] - parameters[:, :3]).sum(axis=-1).argmin(axis=1)
    assert len(np.unique(rows)) == 200 and (np.diff(rows) < 0).any()
    np.testing.assert_allclose(draws, parameters[rows, :3], atol=1e-3)
    np.testing.assert_array_equal(draws, generator.aggregated_posterior(IMAGES, 200))
    assert len(generator.aggregated_posterior(IMAGES, COUNT + 1)) == COUNT


@pytest.mark.parametrize("call", ["prior_latents", "images"])
def test_nothing_is_refused(models, call):
    generator = Generator(models["diagonal_gaussian"], 9)
    with pytest.raises(ValueError, match=r"count must be at least 1|N >= 1"):
        getattr(generator, call)(0 if call == "prior_latents" else np.empty((0, 3)))


def test_images_stay_in_the_unit_interval_for_any_latent(models):
    images = Generator(models["diagonal_gaussian"], 9).images(1e6 * np.random.default_rng(0).normal(size=(50, 3)))
    assert images.min() >= 0
    assert images.max() <= 1
    assert np.isfinite(images).all()


@ALL
def test_draws_are_a_function_of_seed_and_purpose(models, posterior):
    one, same, other = (Generator(models[posterior], seed) for seed in (9, 9, 10))
    one.prior_latents(3, "spent before")
    prior = one.prior_latents(5)
    np.testing.assert_array_equal(prior, same.prior_latents(5))
    drawn = one.posterior_latents(IMAGES[:5])
    np.testing.assert_array_equal(drawn, same.posterior_latents(IMAGES[:5]))
    for different in (other.prior_latents(5), one.prior_latents(5, "another purpose")):
        assert not np.isclose(prior, different).all(axis=1).any()
    for different in (other.posterior_latents(IMAGES[:5]), one.posterior_latents(IMAGES[:5], "another purpose")):
        assert not np.isclose(drawn, different).all(axis=1).any()


def test_a_generator_follows_the_weights(models):
    """Training goes on between two measurements with one generator."""
    model = build_vae(configuration(), 1)
    generator, latents = Generator(model, 9), np.ones((2, 3), np.float32)
    before = generator.images(latents)
    model.set_weights(build_vae(configuration(), 2).get_weights())
    after = generator.images(latents)
    assert not np.isclose(before, after).all()
    np.testing.assert_allclose(after, model.decode(latents), rtol=1e-5)


@pytest.mark.parametrize(
    "latents", [np.zeros(3), np.zeros((2, 4)), np.full((2, 3), np.nan), np.full((2, 3), np.inf), np.full((2, 3), 1e300)]
)
def test_latents_of_no_image_are_refused(models, latents):
    """A sigmoid would make grey or white pixels of some of them."""
    with pytest.raises(ValueError, match=r"latents must .*Received: "):
        Generator(models["diagonal_gaussian"], 9).images(latents)


@pytest.mark.parametrize("call", ["reconstruct", "posterior_latents"])
def test_no_images_are_refused(models, call):
    method = getattr(Generator(models["diagonal_gaussian"], 9), call)
    with pytest.raises(ValueError, match="N at least 1"):
        method(IMAGES[:0])


@ALL
def test_a_model_that_computes_no_numbers_is_refused(posterior):
    model = build_vae(configuration(posterior=POSTERIORS[posterior]), 1)
    model.set_weights([weight * np.nan for weight in model.get_weights()])
    generator = Generator(model, 9)
    for call in (
        lambda: generator.images(np.zeros((2, model.posterior.latent_dim))),
        lambda: generator.reconstruct(IMAGES),
    ):
        with pytest.raises(ValueError, match="The model computes NaN or infinite values"):
            call()
