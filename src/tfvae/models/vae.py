"""Variational auto-encoder (Kingma & Welling, 2014, https://arxiv.org/abs/1312.6114)."""

from collections.abc import Mapping, Sequence
from typing import Any

from tfvae.arguments import as_shape, named
from tfvae.backend import keras, tf
from tfvae.distributions.registry import build_posterior
from tfvae.models.likelihoods import Distortion, likelihood
from tfvae.models.model import Model
from tfvae.networks.layers import initialize
from tfvae.networks.registry import network

CONFIGURATION = ("image_shape", "network", "encoder", "decoder", "posterior", "likelihood", "precision")


class VAE(Model):
    """Model p(x, z) = p(z) p(x|z), trained with the loss distortion + beta * rate.

        distortion = -log p(x|z) for one z ~ q(z|x),   rate = KL(q(z|x) || p(z)),   per image.

    beta = 1 with a normalised likelihood maximises the ELBO; beta > 1 is the beta-VAE (Higgins et al., 2017, eq. 4,
    https://openreview.net/forum?id=Sy2fzU9gl). With `StickBreaking` as posterior it is the stick-breaking VAE.

    Args:
        encoder: maps images (B, H, W, C) in [0, 1] to the parameters of q(z|x), (B, posterior.num_parameters).
        decoder: maps latents (B, posterior.latent_dim) to logits (B, H, W, C).
        posterior: a family of `tfvae.distributions`: q(z|x) with its prior.
        distortion: a pixel likelihood of `tfvae.models.likelihoods`, (images, logits) -> (B,).
    """

    def __init__(self, encoder: keras.Model, decoder: keras.Model, posterior: Any, distortion: Distortion) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.posterior, self.distortion = posterior, distortion

    def evaluate(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return latents (B, D) and logits (B, H, W, C) of one posterior sample per image, and the loss's terms."""
        parameters = self.encoder(images)
        latents = self.posterior.sample(parameters, noise)
        logits = self.decoder(latents)
        return latents, logits, self.distortion(images, logits), self.posterior.kl_to_prior(parameters)

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return distortion and rate, each (B,), in nats per image; see `Model.loss_terms`."""
        return self.evaluate(images, noise)[2:]

    def decode(self, latents: tf.Tensor) -> tf.Tensor:
        """Return the mean images (B, H, W, C) in [0, 1] of p(x|z)."""
        return tf.sigmoid(self.decoder(latents))

    def call(self, images: tf.Tensor, noise: tf.Tensor | None = None) -> tf.Tensor:
        """Return reconstructions (B, H, W, C) in [0, 1] from posterior samples, or from means without noise."""
        parameters, posterior = self.encoder(images), self.posterior
        return self.decode(posterior.mean(parameters) if noise is None else posterior.sample(parameters, noise))


def build_vae(configuration: Mapping[str, Any], seed: int = 0) -> VAE:
    """Return a VAE from plain data.

    Args:
        configuration: "image_shape" (H, W, C); "network" (a name of `tfvae.networks.registry.NETWORKS`) with the
            descriptions "encoder" and "decoder" that it understands; "posterior", {"name": ..., and its arguments};
            "likelihood" (a name of `tfvae.models.likelihoods.LIKELIHOODS`); "precision", "float32" or "bfloat16".
        seed: the initial weights are drawn from it.

    Raises:
        Refused: if a name is unknown or missing, or a description does not fit the images.
    """
    named(configuration, "A VAE's configuration", CONFIGURATION, ("model",))
    shape = as_shape(configuration["image_shape"])
    return VAE(*build_parts(configuration, seed, shape, shape))


def build_parts(
    configuration: Mapping[str, Any], seed: int, shape: Sequence[int], seen: Sequence[int], added: int = 0
) -> tuple[keras.Model, keras.Model, Any, Distortion]:
    """Return the arguments of `VAE`, for images of a `shape` that an encoder sees in the shape `seen`.

    A decoder gets `added` numbers beside the latents.
    """
    posterior = build_posterior(**{"name": None, **configuration["posterior"]})
    module, precision = network(configuration["network"]), configuration["precision"]
    encoder = module.encoder(seen, configuration["encoder"], posterior.num_parameters, precision)
    decoder = module.decoder(shape, configuration["decoder"], posterior.latent_dim + added, precision)
    initialize(encoder, seed, "encoder weights")
    initialize(decoder, seed, "decoder weights")
    return encoder, decoder, posterior, likelihood(configuration["likelihood"])
