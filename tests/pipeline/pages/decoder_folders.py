"""Folders of models that were not trained, as the stage pretrained writes them, with the models."""

from pipeline import files
from pipeline.experiment.configuration import vae
from pipeline.experiment.sizing import sized
from tfvae import randomness
from tfvae.models.registry import build_model

LATENTS = 5


def write_folder(folder, shape, network, decoder=None, latents=LATENTS):
    """Write a folder of a model of random weights in float16, large enough that images differ; return the model."""
    description = sized(network, shape) | ({"decoder": decoder} if decoder else {})
    posterior = {"name": "diagonal_gaussian", "latent_dim": latents}
    values = {"posterior": posterior, "likelihood": "squared_error", "precision": "float32"}
    configuration = vae(shape, network, description["encoder"], description["decoder"], **values)
    model, draws = build_model(configuration, 3), randomness.generator(0, "test", 0)
    weights = [
        (draws.normal(0, 0.3, weight.shape) if weight.ndim == 1 else 2 * weight).astype("float16")
        for weight in model.get_weights()
    ]
    model.set_weights(weights)
    files.write_json(folder / "config.json", configuration)
    files.write_weights(folder / "weights.npz", weights)
    return model
