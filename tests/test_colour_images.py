"""Images in colour: every network, posterior, likelihood, sampler, metric and picture of images takes them."""

import numpy as np
import pytest

from tests.test_conformance import POSTERIOR_CASES
from tests.tiny_models import ARCHITECTURES, configuration
from tfvae import evaluation, plotting, sampling
from tfvae.models import LIKELIHOODS, build_vae
from tfvae.networks.classifier import FeatureExtractor, classifier
from tfvae.networks.layers import initialize
from tfvae.plotting.identity import Identity
from tfvae.sampling.fitted import fit_gaussian, fit_mixture
from tfvae.sampling.generation import Generator
from tfvae.training import Schedule, Trainer

SHAPE = (8, 8, 3)
# Red, then green, then blue images, each with a brightness of its own.
IMAGES = np.zeros((24, *SHAPE), np.uint8)
for position in range(24):
    IMAGES[position, ..., position % 3] = 120 + 5 * position


def trained(network, steps=2, rate=1e-2, **changes):
    model = build_vae(configuration(network, image_shape=list(SHAPE), **changes))
    trainer = Trainer(model, IMAGES, Schedule(0.1, batch_size=12, learning_rate=rate), seed=0)
    return model, trainer.run(steps)


@pytest.mark.parametrize("network", ARCHITECTURES)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_every_network_with_every_likelihood(network, likelihood):
    model, terms = trained(network, likelihood=likelihood)
    assert np.isfinite(list(terms.values())).all()
    made = Generator(model, 0).reconstruct(IMAGES)
    assert made.images.shape == IMAGES.shape and 0 <= made.images.min() < made.images.max() <= 1


@pytest.mark.parametrize("posterior", POSTERIOR_CASES)
def test_every_posterior(posterior):
    model, _ = trained("mlp", posterior=POSTERIOR_CASES[posterior])
    generator = Generator(model, 0)
    assert generator.images(generator.prior_latents(5)).shape == (5, *SHAPE)


def test_colours_are_learned():
    """Black and white would leave two thirds of each image's colour unexplained."""
    model, _ = trained("leaky_mlp", steps=400, likelihood="bernoulli")
    made = Generator(model, 0).reconstruct(IMAGES).images
    assert (made.mean(axis=(1, 2)).argmax(axis=1) == np.arange(24) % 3).all()
    assert np.square(made - IMAGES / 255).mean() < 0.3 * IMAGES.astype(float).var() / 255**2


def test_squared_errors_are_averaged_over_channels_and_log_likelihoods_summed():
    pixels = IMAGES[:2].astype(np.float32) / 255
    logits = np.random.default_rng(0).normal(size=pixels.shape).astype(np.float32)
    p = 1 / (1 + np.exp(-logits))
    expected = {
        "squared_error": np.square(p - pixels).sum(axis=(1, 2, 3)) / 3,
        "bernoulli": -(pixels * np.log(p) + (1 - pixels) * np.log1p(-p)).sum(axis=(1, 2, 3)),
    }
    for name, distortion in LIKELIHOODS.items():
        np.testing.assert_allclose(distortion(pixels, logits), expected[name], rtol=1e-4)


def test_samplers_and_metrics():
    model, _ = trained("cnn")
    generator = Generator(model, 0)
    known = generator.posterior_latents(IMAGES)
    rng = np.random.default_rng(0)
    drawn = [fit_gaussian(known).sample(20, rng), fit_mixture(known, 2, 0).sample(20, rng)]
    drawn += [sampling.scaled(known, 100.0), sampling.shifted(known, 2.0)]
    network = classifier((16, 16, 3), 3)
    initialize(network, 0, "features")
    extract = FeatureExtractor(network)
    wide = IMAGES.repeat(2, axis=1).repeat(2, axis=2)
    features, probabilities = extract(wide)
    assert evaluation.fid(features, features) == pytest.approx(0, abs=1e-4)
    grey = np.repeat(wide.mean(axis=-1, keepdims=True).astype(np.uint8), 3, axis=-1)
    assert evaluation.fid(extract(grey)[0], features) > 1e-3
    assert evaluation.inception_score(probabilities) >= 1
    for latents in drawn:
        images = generator.images(np.asarray(latents, np.float32))
        assert images.shape[1:] == SHAPE
        seen = extract(images.repeat(2, axis=1).repeat(2, axis=2))[0]
        assert np.isfinite([evaluation.fid(seen, features), evaluation.kid(seen, features)]).all()


def colours_of(figure):
    """Return how many pixels of a figure's pictures are of one of the three colours, and no grey."""
    shown = [image.get_array() for axes in figure.get_axes() for image in axes.get_images()]
    return sum(int((np.ptp(np.asarray(array, int), axis=-1) > 50).sum()) for array in shown if array.ndim == 3)


def test_pictures():
    nine = IMAGES[:9]
    model = Identity("diagonal_gaussian", 1.0)
    record = {"beta": 1.0, "fid": {"mean": 2.0, "values": [2.0]}}
    arrays = {"plain": nine, "scaled": nine, "originals": nine, "reconstructions": nine}
    figures = [
        plotting.dataset_preview(IMAGES, np.arange(24) % 3, title="colours"),
        plotting.reconstruction_grid(nine, {model: nine}, title="colours"),
        plotting.manifold_grid({"beta_1|plain": nine.reshape(3, 3, *SHAPE)}, title="colours"),
        plotting.overview(arrays, [record], title="colours", beta=1.0),
        plotting.sample_grid({model: arrays}, scale=100, title="colours"),
        plotting.sample_sheets({"a model": nine}, title="colours", columns=3),
        plotting.code_maps(nine, np.zeros((9, 2, 2), int), nine, 5, title="colours"),
    ]
    assert [colours_of(figure) >= 9 * 64 for figure in figures] == [True] * len(figures)
