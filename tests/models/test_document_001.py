"""The models of "Análisis del espacio latente en el auto-encoder variacional" (2022), with the parameters it prints."""

import json

import numpy as np
import pytest

from tfvae.data import load
from tfvae.models import build_vae
from tfvae.training import Schedule, Trainer


def layer(filters, kernel, stride, padding):
    return {"filters": filters, "kernel": kernel, "stride": stride, "padding": padding}


COMMON = {"image_shape": [28, 28, 1], "likelihood": "bernoulli", "precision": "float32"}
GAUSSIAN = {"name": "diagonal_gaussian", "latent_dim": 10}
DENSE = {"network": "leaky_mlp", "encoder": [300], "decoder": [300]}
CONVOLUTIONAL = {
    "network": "leaky_cnn",
    "encoder": [
        layer(32, 5, 1, "same"),
        layer(32, 5, 2, "same"),
        layer(64, 5, 1, "same"),
        layer(64, 5, 2, "same"),
        layer(128, 7, 1, "valid"),
    ],
    "decoder": {
        "layers": [
            layer(64, 7, 1, "valid"),
            layer(64, 5, 1, "same"),
            layer(64, 5, 2, "same"),
            layer(32, 5, 1, "same"),
            layer(32, 5, 2, "same"),
            layer(32, 5, 1, "same"),
        ],
        "kernel": 5,
    },
}
MODELS = {
    "auto-encoder": {**COMMON, **DENSE, "posterior": {"name": "point", "latent_dim": 10}},
    "VAE": {**COMMON, **DENSE, "posterior": GAUSSIAN},
    "convolutional VAE": {**COMMON, **CONVOLUTIONAL, "posterior": GAUSSIAN},
}
# Of the encoder and of the decoder.
PARAMETERS = {
    "auto-encoder": (238_510, 239_284),
    "VAE": (241_520, 239_284),
    "convolutional VAE": (584_308, 339_649),
}


@pytest.mark.parametrize("name", MODELS)
def test_parameters_are_as_many_as_the_document_s(name):
    model = build_vae(json.loads(json.dumps(MODELS[name])))
    assert (model.encoder.count_params(), model.decoder.count_params()) == PARAMETERS[name]
    assert model.encoder.output_shape == (None, model.posterior.num_parameters)
    assert model.decoder.output_shape == (None, 28, 28, 1)


def test_shapes_between_the_convolutions_are_the_document_s():
    model = build_vae(MODELS["convolutional VAE"])
    encoder, decoder = (
        [part.output.shape[1:] for part in network.layers if part.weights] for network in (model.encoder, model.decoder)
    )
    assert encoder == [(28, 28, 32), (14, 14, 32), (14, 14, 64), (7, 7, 64), (1, 1, 128), (20,)]
    assert decoder == [(7, 7, 64), (7, 7, 64), (14, 14, 64), (14, 14, 32), (28, 28, 32), (28, 28, 32), (28, 28, 1)]


@pytest.mark.parametrize("name", MODELS)
def test_trains(name):
    """The first steps lower the loss, from the 784 log 2 = 543 nats of an untrained decoder."""
    images = load("digits").x_train[:32]
    trainer = Trainer(build_vae(MODELS[name]), images, Schedule(1.0, batch_size=16, learning_rate=1e-3), seed=0)
    first = trainer.run(1)
    assert first["distortion"] == pytest.approx(784 * np.log(2), rel=0.05)
    trainer.run(4)
    assert trainer.run(1)["loss"] < first["loss"]
