"""Training of the classifier, on the digits that come with scikit-learn."""

import keras
import numpy as np
import pytest
import scipy.special

from tfvae.data import load
from tfvae.networks import classifier, initialize
from tfvae.networks.classifier import FeatureExtractor
from tfvae.training import ClassifierTrainer

SETTINGS = {"steps": 4, "batch_size": 64, "learning_rate": 1e-3, "dropout": 0.5, "seed": 0}


@pytest.fixture(scope="module")
def digits():
    return load("digits")


def trained(images, labels, **changes):
    model = classifier(images.shape[1:], 10)
    initialize(model, 0, "classifier weights")
    trainer = ClassifierTrainer(model, images, labels, **SETTINGS | changes)
    return model, trainer.run(trainer.steps)


def test_it_learns_digits(digits):
    model, loss = trained(digits.x_train, digits.y_train, steps=250, learning_rate=3e-3)
    _, probabilities = FeatureExtractor(model)(digits.x_test)
    assert (probabilities.argmax(axis=1) == digits.y_test).mean() > 0.9
    assert 0.1 < loss < np.log(10)


def test_the_seed_decides_the_weights_to_the_byte(digits):
    images, labels = digits.x_train[:200, ::2, ::2], digits.y_train[:200]
    first, same, other = (trained(images, labels, steps=4, batch_size=16, seed=seed) for seed in (1, 1, 2))
    assert first[1] == same[1] != other[1]
    weights = [b"".join(weight.tobytes() for weight in model.get_weights()) for model, _ in (first, same, other)]
    assert weights[0] == weights[1] != weights[2]


def test_the_loss_is_the_cross_entropy_in_nats(digits):
    """One step over all images at once, so the loss is that of the initial weights."""
    images, labels = digits.x_train[:50, ::2, ::2], digits.y_train[:50]
    model = classifier(images.shape[1:], 10)
    initialize(model, 0, "classifier weights")
    logits = model(images.astype("f") / 255)[1].numpy().astype(float)
    expected = -scipy.special.log_softmax(logits, axis=1)[np.arange(50), labels].mean()
    _, loss = trained(images, labels, steps=1, batch_size=50, dropout=0.0)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


@pytest.mark.parametrize("dropout", [0.0, 0.5, 0.8])
def test_dropout_keeps_the_mean_of_the_features(dropout):
    """With 20,000 features of value 1 and a last layer that averages them, the logits stay (1, 0)."""
    inputs = keras.Input((1, 1, 20_000))
    features = keras.layers.Flatten()(inputs)
    model = keras.Model(inputs, [features, keras.layers.Dense(2, name="logits")(features)])
    model.set_weights([np.repeat([[1 / 20_000, 0]], 20_000, axis=0), np.zeros(2)])
    images, labels = np.full((4, 1, 1, 20_000), 255, np.uint8), np.zeros(4, np.uint8)
    trainer = ClassifierTrainer(model, images, labels, **SETTINGS | {"steps": 1, "batch_size": 4, "dropout": dropout})
    loss = trainer.run(1)
    np.testing.assert_allclose(loss, np.log1p(np.exp(-1)), rtol=1e-5 if dropout == 0 else 0.01)
    changed = model.get_weights()[0][:, 0] != np.float32(1 / 20_000)
    assert changed.mean() > 1 - dropout - 0.02
