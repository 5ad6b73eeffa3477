"""Conditioning with every network and posterior; a label whose weights are zero changes nothing, by construction."""

import json
from itertools import product

import numpy as np
import pytest
import tensorflow as tf
from scipy import special

from tests.models.test_vae import DISTORTIONS, SAMPLERS, forward
from tests.test_conformance import DEAD_BELOW, POSTERIOR_CASES
from tests.tiny_models import ARCHITECTURES, GAUSSIAN, IMAGE_SHAPE, STICKS, configuration, digit_images
from tfvae.models import build_conditional_vae, build_vae
from tfvae.sampling.generation import Generator
from tfvae.training import Schedule, Trainer

K = 10
ROWS = 6
PIXELS = digit_images(ROWS).astype(np.float32) / 255
LABELS = np.array([0, 3, 9, 3, 1, 0], np.int32)
COMBINATIONS = pytest.mark.parametrize(("network", "posterior"), list(product(ARCHITECTURES, POSTERIOR_CASES)))


def model_of(network="mlp", posterior="diagonal_gaussian", **changes):
    """Return a conditional model whose biases are not zero."""
    described = configuration(network, posterior=POSTERIOR_CASES[posterior], num_classes=K, **changes)
    model = build_conditional_vae(json.loads(json.dumps(described)), seed=4)
    generator = np.random.default_rng(0)
    model.set_weights([weight + 0.1 * generator.normal(size=weight.shape) for weight in model.get_weights()])
    if network == "thesis_cnn":
        # The ReLU before its last layer sees one number per pixel: negative ones would hide what reaches it.
        *others, bias, kernel, last = model.decoder.get_weights()
        model.decoder.set_weights([*others, bias + 2, kernel, last])
    return model


def input_axis(network, half):
    """Return the axis of a half's first kernel that its inputs, the labels last, are multiplied with."""
    return -1 if (network, half) == ("leaky_cnn", "decoder") else -2  # a transposed convolution: (..., out, in)


def terms_of(model, *arguments):
    return [term.numpy() for term in model.loss_terms(PIXELS, *arguments)]


@COMBINATIONS
def test_a_label_without_weights_leaves_the_vae(network, posterior):
    conditional = model_of(network, posterior)
    plain = build_vae(configuration(network, posterior=POSTERIOR_CASES[posterior]))
    for half in ("encoder", "decoder"):
        kernel, *others = getattr(conditional, half).get_weights()
        axis = input_axis(network, half)
        np.moveaxis(kernel, axis, 0)[-K:] = 0
        getattr(conditional, half).set_weights([kernel, *others])
        getattr(plain, half).set_weights([np.delete(kernel, np.s_[-K:], axis), *others])
    noise = plain.posterior.noise(ROWS, (1, 2))
    for found, expected in zip(terms_of(conditional, noise, LABELS), terms_of(plain, noise), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(conditional(PIXELS, LABELS, noise), plain(PIXELS, noise), rtol=1e-5)


@COMBINATIONS
def test_labels_enter_both_halves_and_are_learned(network, posterior):
    model = model_of(network, posterior)
    noise = model.posterior.noise(ROWS, (1, 2))
    with tf.GradientTape() as tape:
        distortion, kl = model.loss_terms(PIXELS, noise, LABELS)
        loss = tf.reduce_mean(distortion + kl)
    gradients = tape.gradient(loss, model.trainable_variables)
    assert distortion.shape == kl.shape == (ROWS,) and np.isfinite(loss) and min(kl) >= 0
    live = np.max(model.given(LABELS).encoder(PIXELS), axis=1) > DEAD_BELOW.get(posterior, -np.inf)
    for half, position in (("encoder", 0), ("decoder", len(model.encoder.weights))):
        of_labels = np.moveaxis(gradients[position].numpy(), input_axis(network, half), 0)[-K:]
        followed = {label for label in range(K) if of_labels[label].any()}
        assert followed == set(LABELS[live] if half == "encoder" else LABELS)


@COMBINATIONS
def test_given_a_class_it_is_a_vae(network, posterior):
    """One label for all, and each image's own, agree; so do the samplers that know nothing of labels."""
    model = model_of(network, posterior)
    latents = model.posterior.sample_prior(model.posterior.noise(ROWS, (1, 2)))
    each = model.given(LABELS).decode(latents).numpy()
    assert each.shape == (ROWS, *IMAGE_SHAPE)
    for label in {*LABELS.tolist()}:
        images = Generator(model.given(label), 0).images(latents.numpy())
        np.testing.assert_allclose(images[label == LABELS], each[label == LABELS], 1e-5)
    other = model.given((LABELS + 1) % K).decode(latents).numpy()
    assert (np.abs(other - each).max(axis=(1, 2, 3)) > 1e-4).all()


@pytest.mark.parametrize("network", ARCHITECTURES)
def test_it_is_trained_with_labels(network):
    images, labels = digit_images(40), (np.arange(40) % K).astype(np.uint8)

    def trained(given):
        model = model_of(network)
        terms = Trainer(model, images, Schedule(1.0, batch_size=8, learning_rate=1e-2), 0, given).run(2)
        return terms, model.get_weights()

    terms, weights = trained(labels)
    again, others = trained(labels), trained(labels[::-1])
    assert again[0] == terms != others[0]
    assert all(np.array_equal(one, two) for one, two in zip(weights, again[1], strict=True))


@pytest.mark.parametrize("likelihood", DISTORTIONS)
@pytest.mark.parametrize("posterior", SAMPLERS)
def test_loss_terms_match_their_definition(posterior, likelihood):
    model = model_of("mlp", posterior, likelihood=likelihood)
    noise = model.posterior.noise(ROWS, (1, 2))
    encoder, decoder = ([w.astype(float) for w in part.get_weights()] for part in (model.encoder, model.decoder))
    codes = np.eye(K)[LABELS]
    seen = np.hstack([PIXELS.reshape(ROWS, -1).astype(float), codes])
    latents, kl, _ = SAMPLERS[posterior](forward(seen, encoder), np.float64(noise))
    means = special.expit(forward(np.hstack([latents, codes]), decoder)).reshape(ROWS, *IMAGE_SHAPE)
    found_distortion, found_kl = model.loss_terms(PIXELS, noise, LABELS)
    np.testing.assert_allclose(found_distortion, DISTORTIONS[likelihood](PIXELS, means), rtol=2e-5)
    np.testing.assert_allclose(found_kl, kl, rtol=2e-5, atol=1e-6)


def test_a_convolutional_encoder_sees_a_channel_per_class():
    model = model_of("cnn")
    planes = np.zeros((ROWS, *IMAGE_SHAPE[:2], K), np.float32)
    planes[np.arange(ROWS), :, :, LABELS] = 1
    expected = model.encoder(np.concatenate([PIXELS, planes], axis=-1))
    np.testing.assert_allclose(model.given(LABELS).encoder(PIXELS), expected, rtol=1e-6)


def test_sizes_are_those_of_the_published_model():
    """A hidden layer of 400, images of 784 numbers and 10 more for the label."""
    described = configuration("mlp", image_shape=[28, 28, 1], encoder=[400], decoder=[400], num_classes=K)
    model = build_conditional_vae({**described, "posterior": {**GAUSSIAN, "latent_dim": 20}})
    assert model.encoder.input_shape == (None, 794) and model.decoder.input_shape == (None, 30)
    assert model.encoder.count_params() == 794 * 400 + 400 + 400 * 40 + 40


def test_a_batch_of_unknown_size_can_be_traced():
    model = model_of("leaky_cnn")
    shapes = (tf.TensorSpec((None, *IMAGE_SHAPE)), tf.TensorSpec((None,), tf.int32))
    traced = tf.function(lambda images, labels: model(images, labels), input_signature=shapes)
    np.testing.assert_allclose(traced(PIXELS, LABELS), model(PIXELS, LABELS), rtol=1e-5)


def test_there_must_be_a_class():
    with pytest.raises(ValueError, match="Received: num_classes=0"):
        build_conditional_vae(configuration(posterior=STICKS, num_classes=0))
