"""The loss, recomputed in NumPy from its definition with the same noise; models from plain data."""

import json

import numpy as np
import pytest
import tensorflow as tf
from scipy import special

from tests.distributions.reference import kl_to_beta
from tests.tiny_models import GAUSSIAN, IMAGE_SHAPE, STICKS, configuration, digit_images, quantised
from tfvae.errors import Refused
from tfvae.models import build_model, build_vae

POSTERIORS = {"diagonal_gaussian": GAUSSIAN, "stick_breaking": STICKS}
ROWS = 5
DIGITS = digit_images(4).astype(np.float32) / 255


def forward(inputs, weights):
    """Apply ReLU layers and a linear head."""
    hidden = inputs.reshape(len(inputs), -1)
    for position in range(0, len(weights), 2):
        hidden = hidden @ weights[position] + weights[position + 1]
        if position < len(weights) - 2:
            hidden = np.maximum(hidden, 0)
    return hidden


def gaussian(parameters, noise):
    mean, log_variance = np.split(parameters, 2, axis=1)
    variance = np.exp(log_variance)
    return mean + np.sqrt(variance) * noise, -0.5 * (1 + log_variance - mean**2 - variance).sum(axis=1), mean


def sticks(parameters, noise):
    raw_a, raw_b = np.split(parameters, 2, axis=1)
    a = np.log1p(np.exp(raw_a) * np.expm1(0.99)) + 0.01
    b = np.log1p(np.exp(raw_b) * np.expm1(STICKS["concentration"] - 0.01)) + 0.01
    kl = np.vectorize(kl_to_beta)(a, b, 1.0, STICKS["concentration"]).sum(axis=1)
    return weights_of((1 - noise ** (1 / b)) ** (1 / a)), kl, weights_of(b * special.beta(1 + 1 / a, b))


def weights_of(fractions):
    left = np.cumprod(np.hstack([np.ones((len(fractions), 1)), 1 - fractions]), axis=1)
    return left * np.hstack([fractions, np.ones((len(fractions), 1))])


SAMPLERS = {"diagonal_gaussian": gaussian, "stick_breaking": sticks}
DISTORTIONS = {
    "squared_error": lambda x, p: ((x - p) ** 2).sum(axis=(1, 2, 3)),
    "bernoulli": lambda x, p: -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3)),
}


def model_of(posterior, likelihood="squared_error"):
    """Return a model whose biases are not zero."""
    model = build_vae(configuration(posterior=POSTERIORS[posterior], likelihood=likelihood), seed=4)
    generator = np.random.default_rng(0)
    model.set_weights([weight + 0.1 * generator.normal(size=weight.shape) for weight in model.get_weights()])
    return model


def inputs_of(model):
    return digit_images(ROWS).astype(np.float32) / 255, model.posterior.noise(ROWS, (1, 2))


@pytest.mark.parametrize("likelihood", DISTORTIONS)
@pytest.mark.parametrize("posterior", POSTERIORS)
def test_loss_terms_match_their_definition(posterior, likelihood):
    model = model_of(posterior, likelihood)
    images, noise = inputs_of(model)
    encoder, decoder = ([w.astype(float) for w in part.get_weights()] for part in (model.encoder, model.decoder))
    latents, kl, _ = SAMPLERS[posterior](forward(images.astype(float), encoder), np.float64(noise))
    means = special.expit(forward(latents, decoder)).reshape(ROWS, *IMAGE_SHAPE)
    found_distortion, found_kl = model.loss_terms(images, noise)
    np.testing.assert_allclose(found_distortion, DISTORTIONS[likelihood](images, means), rtol=2e-5)
    np.testing.assert_allclose(found_kl, kl, rtol=2e-5, atol=1e-6)
    assert kl.min() > 0


@pytest.mark.parametrize("posterior", POSTERIORS)
def test_reconstructions_are_of_a_sample_or_of_the_mean(posterior):
    model = model_of(posterior)
    images, noise = inputs_of(model)
    encoder, decoder = ([w.astype(float) for w in part.get_weights()] for part in (model.encoder, model.decoder))
    latents, _, mean = SAMPLERS[posterior](forward(images.astype(float), encoder), np.float64(noise))
    for found, z in ((model(images, noise), latents), (model(images), mean), (model.decode(np.float32(mean)), mean)):
        expected = special.expit(forward(z, decoder)).reshape(ROWS, *IMAGE_SHAPE)
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_every_weight_is_trained():
    model = model_of("diagonal_gaussian")
    images, noise = inputs_of(model)
    with tf.GradientTape() as tape:
        distortion, kl = model.loss_terms(images, noise)
        loss = tf.reduce_mean(distortion + kl)
    assert len(model.trainable_variables) == len(model.weights) == 12
    assert all(np.any(gradient) for gradient in tape.gradient(loss, model.trainable_variables))


@pytest.mark.parametrize("network", ["mlp", "cnn"])
@pytest.mark.parametrize("changes", [{}, {"posterior": STICKS, "likelihood": "bernoulli"}], ids=["gaussian", "sticks"])
def test_configuration_and_weights_are_the_model(network, changes):
    original = build_vae(configuration(network, **changes), seed=1)
    text = json.dumps(configuration(network, **changes))
    copy = build_vae(json.loads(text), seed=2)
    noise = original.posterior.noise(4, (1, 2))
    before = [term.numpy() for term in copy.loss_terms(DIGITS, noise)]
    copy.set_weights(original.get_weights())
    after = [term.numpy() for term in copy.loss_terms(DIGITS, noise)]
    for one, other in zip(original.loss_terms(DIGITS, noise), after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.allclose(before[0], after[0], rtol=1e-3)


def test_the_seed_decides_the_weights():
    first, same, other = (build_vae(configuration("cnn"), seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(one, two) for one, two in zip(first, same, strict=True))
    assert not any(np.isclose(one, two).all() for one, two in zip(first, other, strict=True) if one.any())


def test_encoder_and_decoder_do_not_share_draws():
    square = configuration(encoder=[8], decoder=[8], posterior={"name": "diagonal_gaussian", "latent_dim": 64})
    model = build_vae(square)
    first, second = model.encoder.get_weights()[0], model.decoder.get_weights()[0]
    assert first.shape == second.shape == (64, 8)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": "rnn"}, "Unknown network"),
        ({"likelihood": "gaussian"}, "Unknown likelihood"),
        ({"posterior": {"name": "cauchy", "latent_dim": 3}}, "Unknown posterior"),
        ({"posterior": {"name": "diagonal_gaussian", "latent_dim": 0}}, "latent_dim must be at least 1"),
        ({"precision": "float16"}, "Unknown precision"),
    ],
)
def test_what_is_unknown_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        build_vae(configuration() | changes)


def test_a_decoder_must_fit_the_images():
    with pytest.raises(ValueError, match="8x8, but images are 9x9"):
        build_vae(configuration("cnn", image_shape=[9, 9, 1]))


def without(values, name):
    return {key: value for key, value in values.items() if key != name}


CNN = configuration("cnn")
BAD_CONFIGURATIONS = {
    **{f"without {name}": without(configuration(), name) for name in without(configuration(), "model")},
    "a name too many": configuration(bias=True),
    "a posterior without a name": configuration(posterior={"latent_dim": 3}),
    "a posterior without its size": configuration(posterior={"name": "diagonal_gaussian"}),
    "a posterior with another's argument": configuration(posterior={**GAUSSIAN, "concentration": 1.0}),
    "two and no half dimensions": configuration(posterior={**GAUSSIAN, "latent_dim": 2.0}),
    "flat images": configuration(image_shape=[8, 8]),
    "images of no width": configuration(image_shape=[8, 0, 1]),
    "no units": configuration(encoder=[12, 0]),
    "half a unit": configuration(decoder=[2.5]),
    "stride 0": CNN | {"encoder": [{"filters": 3, "kernel": 3, "stride": 0}]},
    "no stride": CNN | {"encoder": [{"filters": 3, "kernel": 3}]},
    "an unknown setting of a layer": CNN | {"encoder": [{"filters": 3, "kernel": 3, "stride": 1, "strides": 2}]},
    "neither filters nor pool": CNN | {"encoder": [{"kernel": 3, "stride": 1}]},
    "a pool of 0": CNN | {"encoder": [{"pool": 0, "stride": 1}]},
    "a decoder without a start": CNN | {"decoder": without(CNN["decoder"], "reshape")},
    "a decoder from nothing": CNN | {"decoder": {**CNN["decoder"], "reshape": [4, 4, 0]}},
    "stride 0 in the decoder": CNN
    | {"decoder": {"reshape": [8, 8, 2], "layers": [{"filters": 1, "kernel": 3, "stride": 0}]}},
    "commitment below 0": quantised(commitment=-1),
    "commitment NaN": quantised(commitment=float("nan")),
    "a codebook without codes": quantised(quantizer={"latent_dim": 2}),
    "a codebook with beta": quantised(quantizer={"codes": 5, "latent_dim": 2, "beta": 1}),
    "a quantised stride of 0": quantised(encoder=[{"filters": 4, "kernel": 4, "stride": 0}]),
    "no class": configuration(model="conditional_vae", num_classes=0),
    "two and a half classes": configuration(model="conditional_vae", num_classes=2.5),
    "without classes": configuration(model="conditional_vae"),
}


@pytest.mark.parametrize("description", BAD_CONFIGURATIONS.values(), ids=BAD_CONFIGURATIONS)
def test_what_describes_no_model_is_one_message(description):
    with pytest.raises(Refused, match="Received: ") as caught:
        build_model(description)
    assert "\n" not in str(caught.value)
