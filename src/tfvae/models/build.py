"""Models from plain data, so that a JSON file beside the weights is enough to have a model back."""

from collections.abc import Mapping
from typing import Any

from tfvae.distributions.registry import build_posterior
from tfvae.models.likelihoods import likelihood
from tfvae.models.vae import VAE
from tfvae.networks.initialization import initialize
from tfvae.networks.registry import network


def build_vae(configuration: Mapping[str, Any], seed: int = 0) -> VAE:
    """Return a VAE with initial weights drawn from `seed`.

    Args:
        configuration: "image_shape" (H, W, C); "network" (a name of `tfvae.networks.registry.NETWORKS`) with the
            descriptions "encoder" and "decoder" that it understands; "posterior", {"name": ..., and its arguments};
            "likelihood" (a name of `tfvae.models.likelihoods.LIKELIHOODS`); "precision", "float32" or "bfloat16".
        seed: keys the initial weights.

    Raises:
        ValueError: if a name is unknown or a description does not fit the images.
    """
    posterior = build_posterior(**configuration["posterior"])
    module, shape = network(configuration["network"]), tuple(configuration["image_shape"])
    precision = configuration["precision"]
    encoder = module.encoder(shape, configuration["encoder"], posterior.num_parameters, precision)
    decoder = module.decoder(shape, configuration["decoder"], posterior.latent_dim, precision)
    initialize(encoder, seed, "encoder weights")
    initialize(decoder, seed, "decoder weights")
    return VAE(encoder, decoder, posterior, likelihood(configuration["likelihood"]))
