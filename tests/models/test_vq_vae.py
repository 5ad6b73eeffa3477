"""The vector-quantised VAE: its loss from its definition, where gradients go, and training."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests.tiny_models import digit_images, quantised
from tfvae.models.vq_vae import build_vq_vae
from tfvae.training import Schedule, Trainer

K, D = 5, 2  # codes and their length in `quantised`
METHODS = pytest.mark.parametrize("method", ["loss_terms", "training_terms"])
IMAGES = digit_images(6).astype(np.float32) / 255
LATENTS = np.random.default_rng(1).normal(size=(len(IMAGES), 2, 2, D)).astype(np.float32)


def prepared(update="average", seed=0):
    """Return a model whose codebook lies among its latents, and the noise of its next step."""
    model = build_vq_vae(quantised(update), seed)
    noise = model.noise(len(IMAGES), tf.constant([1, 2]))
    model.training_terms(IMAGES, noise)
    return model, noise


@pytest.mark.parametrize("update", ["average", "loss"])
def test_the_loss_is_its_definition(update):
    model, noise = prepared(update)
    latents, codebook = model.encoder(IMAGES).numpy(), model.quantizer.codebook.numpy()
    distances = np.square(latents[..., None, :] - codebook).sum(axis=-1)
    codes = distances.argmin(axis=-1)
    decoded = 1 / (1 + np.exp(-model.decoder(codebook[codes]).numpy()))
    gap = distances.min(axis=-1).sum(axis=(1, 2))
    distortion, others = model.loss_terms(IMAGES, noise)
    np.testing.assert_allclose(distortion, np.square(IMAGES - decoded).sum(axis=(1, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(others, (0.25 if update == "average" else 1.25) * gap, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("update", ["average", "loss"])
def test_a_training_step_revives_codes_measures_the_loss_and_then_moves_the_averages(update):
    """Recomputed: which codes are dead, where they go, whose loss is measured, and what moves afterwards."""
    model, _ = prepared(update)
    quantizer, mean = model.quantizer, IMAGES.shape[0] * 4 / K
    usage = np.array([mean, 0, mean / 2, 0.01 * mean, 2 * mean], np.float32)
    quantizer.usage.assign(usage)
    codebook, latents = quantizer.codebook.numpy(), model.encoder(IMAGES).numpy().reshape(-1, D)
    noise = model.noise(len(IMAGES), tf.constant([3, 4]))
    dead = np.array([False, True, False, True, False])
    codebook[dead] = latents[np.floor(noise[0] * len(latents)).astype(int)][dead]
    usage[dead] = mean
    sums = np.where(dead[:, None], mean * codebook, quantizer.sums.numpy()) if update == "average" else None
    terms = model.training_terms(IMAGES, noise)

    codes = np.square(latents[:, None] - codebook).sum(axis=-1).argmin(axis=1)
    members = np.eye(K)[codes]
    usage = 0.9 * usage + 0.1 * members.sum(axis=0)
    np.testing.assert_allclose(quantizer.usage, usage, rtol=1e-5)
    if update == "average":
        sums = 0.9 * sums + 0.1 * members.T @ latents
        np.testing.assert_allclose(quantizer.sums, sums, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(quantizer.codebook, sums / usage[:, None], rtol=1e-4, atol=1e-6)
    else:
        np.testing.assert_array_equal(quantizer.codebook, codebook)
    quantizer.codebook.assign(codebook)
    for one, other in zip(terms, model.loss_terms(IMAGES, noise), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.parametrize("update", ["average", "loss"])
def test_the_terms_of_a_batch_train_nothing(update):
    model, _ = prepared(update)
    trainer = Trainer(model, digit_images(64), Schedule(1.0, batch_size=16, learning_rate=1e-2), 0)
    trainer.run(3)
    before = model.get_weights()
    terms = trainer.batch_terms(2)
    assert trainer.batch_terms(2) == terms
    assert all(np.array_equal(one, two) for one, two in zip(before, model.get_weights(), strict=True))


def test_draws_from_the_prior_in_training_are_uniform_codes():
    model, _ = prepared()
    codes = model.sample_prior(5000, tf.constant([1, 2])).numpy()
    assert codes.shape == (5000, 2, 2) and codes.dtype == np.int32
    counts = np.stack([np.bincount(position, minlength=K) for position in codes.reshape(-1, 4).T])
    # 4 degrees of freedom at each position: the 0.9999 quantile of Pearson's statistic is 23.5.
    assert (np.square(counts - 1000) / 1000).sum(axis=1).max() < 23.5


def gradients(model, noise, term, method):
    """Return the gradients of a term, summed over the images, for the latents and for the trained variables."""
    seen = {}
    decoder = model.decoder.call
    with tf.GradientTape(persistent=True) as tape:
        model.encoder.call = lambda images, *_, **__: seen.setdefault("latents", watched(tape, LATENTS))
        model.decoder.call = lambda vectors, *_, **__: decoder(seen.setdefault("vectors", watched(tape, vectors)))
        total = tf.reduce_sum(getattr(model, method)(IMAGES, noise)[term])
    return tape.gradient(total, [seen["latents"], seen["vectors"], model.quantizer.codebook.value]), seen


def watched(tape, tensor):
    tensor = tf.convert_to_tensor(tensor)
    tape.watch(tensor)
    return tensor


@METHODS
@pytest.mark.parametrize("update", ["average", "loss"])
def test_gradients_of_the_distortion_pass_to_the_latents_unchanged_and_not_to_the_codebook(update, method):
    model, noise = prepared(update)
    (to_latents, to_vectors, to_codebook), _ = gradients(model, noise, 0, method)
    assert np.abs(to_vectors.numpy()).max() > 0
    np.testing.assert_array_equal(to_latents, to_vectors)
    assert to_codebook is None or not np.any(tf.convert_to_tensor(to_codebook))


@METHODS
@pytest.mark.parametrize("update", ["average", "loss"])
def test_gradients_of_the_other_terms(update, method):
    model, noise = prepared(update)
    (to_latents, _, to_codebook), seen = gradients(model, noise, 1, method)
    latents, vectors = seen["latents"].numpy(), seen["vectors"].numpy()
    np.testing.assert_allclose(to_latents, 0.25 * 2 * (latents - vectors), rtol=1e-5, atol=1e-6)
    if update == "average":
        assert to_codebook is None
        return
    expected = np.zeros((K, D))
    codes = np.square(vectors[..., None, :] - model.quantizer.codebook.numpy()).sum(axis=-1).argmin(axis=-1)
    np.add.at(expected, codes, 2 * (vectors - latents))
    np.testing.assert_allclose(tf.convert_to_tensor(to_codebook), expected, rtol=1e-4, atol=1e-5)


def test_codes_lead_to_reconstructions_and_change_nothing():
    model, _ = prepared()
    before = model.get_weights()
    codes = model.encode(IMAGES)
    assert codes.shape == (len(IMAGES), 2, 2)
    images = model.decode(codes).numpy()
    assert images.shape == IMAGES.shape and 0 < images.min() < images.max() < 1
    np.testing.assert_array_equal(images, model(IMAGES))
    assert all(np.array_equal(one, two) for one, two in zip(before, model.get_weights(), strict=True))


def trained(update, seed, steps=60):
    model = build_vq_vae(quantised(update), seed)
    trainer = Trainer(model, digit_images(64), Schedule(1.0, batch_size=16, learning_rate=1e-2), seed)
    first = trainer.run(steps // 3)
    trainer.run(steps // 3)
    return model, first, trainer.run(steps // 3)


@pytest.mark.parametrize("update", ["average", "loss"])
def test_training_lowers_the_distortion_and_depends_on_the_seed_alone(update):
    model, first, last = trained(update, 0)
    assert last["distortion"] < 0.8 * first["distortion"]
    again, *terms = trained(update, 0)
    assert terms == [first, last]
    assert all(np.array_equal(one, two) for one, two in zip(model.get_weights(), again.get_weights(), strict=True))
    assert trained(update, 1)[2] != last
    assert (model.quantizer.usage.numpy() > 0).all()


def test_weights_and_configuration_are_the_whole_model():
    model, _ = prepared()
    copy = build_vq_vae(json.loads(json.dumps(quantised())), seed=7)
    copy.set_weights(model.get_weights())
    np.testing.assert_array_equal(copy.encode(IMAGES), model.encode(IMAGES))
    np.testing.assert_array_equal(copy(IMAGES), model(IMAGES))
    assert len(model.get_weights()) == 2 * 6 + 3


def test_a_decoder_that_misses_the_size_of_the_image_is_refused():
    with pytest.raises(ValueError, match="to 4x4, but images are 8x8"):
        build_vq_vae(quantised(decoder=[{"filters": 5, "kernel": 3, "stride": 2}, {"kernel": 3, "stride": 1}]))


def test_colour_images():
    model = build_vq_vae(quantised(image_shape=[8, 8, 3]))
    images = np.repeat(IMAGES, 3, axis=-1)
    model.training_terms(images, model.noise(len(images), tf.constant([1, 2])))
    assert model(images).shape == images.shape
