"""Importance weights of small models whose p(x) is found by quadrature over the latent, in NumPy."""

import numpy as np
import pytest
import scipy.stats
from scipy.special import logsumexp

from tests.tiny_models import configuration, digit_images
from tfvae import batching
from tfvae.evaluation import elbos, importance_log_likelihoods
from tfvae.models import build_model
from tfvae.sampling.binary import binarize
from tfvae.sampling.importance import importance_log_weights

POSTERIORS = {
    "gaussian": {"name": "diagonal_gaussian", "latent_dim": 1},
    "sticks": {"name": "stick_breaking", "latent_dim": 2, "concentration": 3.0},
    "dirichlet": {"name": "dirichlet", "latent_dim": 2, "concentration": 0.7},
    "sphere": {"name": "von_mises_fisher", "latent_dim": 2},
    "vamp": {"name": "diagonal_gaussian", "latent_dim": 1},  # with the prior of pseudo-inputs
}
IMAGES = binarize(digit_images(6), 0)
SAMPLES = 2000


def model_of(name, **changes):
    """Return a model whose latent decides much of the image, so that the posterior matters."""
    changes = {"posterior": POSTERIORS[name], "likelihood": "bernoulli", **changes}
    if name == "vamp":
        changes |= {"model": "vamp_vae", "pseudo_inputs": 3}
    model = build_model(configuration(encoder=[12], decoder=[12], **changes), 1)
    generator = np.random.default_rng(5)
    model.set_weights([weight + 0.25 * generator.normal(size=weight.shape) for weight in model.get_weights()])
    *others, kernel, bias = model.encoder.get_weights()
    if name == "sphere":  # wide posteriors: the weights of narrow ones that are not where they belong vary too much
        model.encoder.set_weights([*others, 0.3 * kernel, bias - [0, 0, 2]])
    if name == "vamp":  # a prior unlike N(0, I), near which the evidence would be almost the same under either
        model.encoder.set_weights([*others, kernel, np.add(bias, [1, -0.3])])
    return model


def log_likelihood_of_images(model, latents):
    """Return log p(x|z), (images, latents), from the decoder's weights."""
    w1, b1, w2, b2 = (weight.astype(float) for weight in model.decoder.get_weights())
    logits = np.maximum(latents @ w1 + b1, 0) @ w2 + b2
    x = IMAGES.reshape(len(IMAGES), -1) / 255
    return x @ logits.T - np.logaddexp(0, logits).sum(axis=1)


def log_evidence(model, posterior):
    """Return log p(x) by the midpoint rule over quantiles of the prior (a step of which has equal probability)."""
    latents = prior_latents(model, posterior, (np.arange(50_000) + 0.5) / 50_000)
    return logsumexp(log_likelihood_of_images(model, latents), axis=1) - np.log(len(latents))


def prior_latents(model, posterior, quantiles):
    """Return latents between which lie equal shares of the prior."""
    if posterior == "sphere":
        return np.stack([np.cos(2 * np.pi * quantiles), np.sin(2 * np.pi * quantiles)], axis=1)
    if posterior in ("gaussian", "vamp"):
        normal = scipy.stats.norm.ppf(quantiles)[:, None]
        if posterior == "gaussian":
            return normal
        pseudo_inputs = 1 / (1 + np.exp(-model.pseudo_logits.numpy()))
        mean, log_variance = np.float64(model.encoder(pseudo_inputs)).T
        return (mean + np.exp(log_variance / 2) * normal).reshape(-1, 1)
    first = 1 if posterior == "sticks" else POSTERIORS[posterior]["concentration"]
    v = scipy.stats.beta(first, POSTERIORS[posterior]["concentration"]).ppf(quantiles)
    return np.stack([v, 1 - v], axis=1)


@pytest.mark.parametrize("posterior", POSTERIORS)
def test_estimates_tend_to_the_evidence_from_above_the_elbo(posterior):
    model = model_of(posterior)
    truth = log_evidence(model, posterior)
    log_weights = importance_log_weights(model, IMAGES, SAMPLES, seed=3)
    assert log_weights.shape == (len(IMAGES), SAMPLES)
    assert log_weights.dtype == np.float64
    errors = np.exp(log_weights - truth[:, None]).std(axis=1) / np.sqrt(SAMPLES)  # of weights whose mean is 1
    assert errors.max() < 0.1
    assert (np.abs(importance_log_likelihoods(log_weights) - truth) < 4 * errors + 1e-4).all()
    bounds = elbos(log_weights)
    assert (bounds < truth - 0.01).all()
    few = importance_log_likelihoods(log_weights.reshape(-1, 10)).reshape(len(IMAGES), -1).mean(axis=1)
    assert (bounds < few).all()
    assert few.mean() < truth.mean()


@pytest.mark.parametrize("posterior", ["gaussian", "sticks"])
def test_their_mean_is_the_elbo_of_the_loss(posterior):
    model = model_of(posterior)
    log_weights = importance_log_weights(model, IMAGES, 1000, seed=3)
    pixels = (IMAGES / 255).astype(np.float32)
    losses = [
        np.add(*(np.float64(term) for term in model.loss_terms(pixels, model.posterior.noise(len(pixels), (1, step)))))
        for step in range(200)
    ]
    spread = log_weights.std(axis=1) / np.sqrt(1000) + np.std(losses, axis=0) / np.sqrt(200)
    assert (np.abs(elbos(log_weights) + np.mean(losses, axis=0)) < 4 * spread).all()


def test_batches_and_numbers_of_samples_leave_no_seam(monkeypatch):
    """With batches of 4, the first images keep their noise; more samples leave the first as they are."""
    model = model_of("gaussian")
    monkeypatch.setattr(batching, "BATCH", 4)
    weights = importance_log_weights(model, IMAGES, 3, seed=3)
    np.testing.assert_allclose(weights[:4], importance_log_weights(model, IMAGES[:4], 5, seed=3)[:, :3], rtol=1e-6)
    assert len(np.unique(weights)) == weights.size
    same = np.repeat(IMAGES[:1], 6, axis=0)
    assert len(np.unique(importance_log_weights(model, same, 3, seed=3).round(9))) == 18, "every draw has its own noise"


def test_draws_are_a_function_of_seed_and_purpose():
    model = model_of("gaussian")
    weights = importance_log_weights(model, IMAGES, 2, seed=3)
    np.testing.assert_array_equal(weights, importance_log_weights(model, IMAGES, 2, seed=3))
    for other in (
        importance_log_weights(model, IMAGES, 2, seed=4),
        importance_log_weights(model, IMAGES, 2, seed=3, purpose="again"),
    ):
        assert not np.isclose(weights, other, rtol=1e-7).any()


def test_binarized_pixels_are_255_as_often_as_they_are_bright():
    images = np.tile(np.array([0, 1, 51, 128, 254, 255], np.uint8), (100_000, 1))
    binary = binarize(images[:, None, :, None], 0)[:, 0, :, 0]
    assert binary.dtype == np.uint8
    assert set(np.unique(binary)) == {0, 255}
    shares, expected = (binary == 255).mean(axis=0), images[0] / 255
    assert shares[0] == 0
    assert shares[-1] == 1
    np.testing.assert_allclose(shares, expected, rtol=0, atol=4 * np.sqrt(0.25 / 100_000))


def test_binarization_is_keyed_and_does_not_depend_on_what_follows():
    images = digit_images(40)
    np.testing.assert_array_equal(binarize(images, 0)[:7], binarize(images[:7], 0))
    for other in (binarize(images, 1), binarize(images, 0, "test images")):
        assert (binarize(images, 0) != other).mean() > 0.05


@pytest.mark.parametrize(
    ("changes", "arguments", "message"),
    [
        ({}, {"images": digit_images(3)}, "binary"),
        ({}, {"images": IMAGES[:0]}, "N at least 1"),
        ({}, {"images": digit_images(3) / 255}, "every value 0 or 1"),
        ({}, {"samples": 0}, "samples=0"),
        ({"likelihood": "squared_error"}, {}, "only the Bernoulli"),
        ({"posterior": {"name": "point", "latent_dim": 1}}, {}, "densities of this posterior are not known"),
    ],
)
def test_refuses(changes, arguments, message):
    with pytest.raises(ValueError, match=message):
        importance_log_weights(
            model_of("gaussian", **changes), **{"images": IMAGES, "samples": 1, "seed": 0} | arguments
        )


def test_a_model_that_computes_no_numbers_is_refused():
    model = model_of("gaussian")
    model.set_weights([weight * np.nan for weight in model.get_weights()])
    with pytest.raises(ValueError, match="the model computes NaN or infinite log weights"):
        importance_log_weights(model, IMAGES, 1, seed=0)
