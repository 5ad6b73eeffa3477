"""beta-TCVAE: the rate in three parts, one of which beta weighs (Chen et al., 2018, arXiv:1802.04942)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tfvae.arguments import as_count, as_shape, named
from tfvae.backend import tf
from tfvae.distributions.densities import pairwise_log_densities, standard_normal_log_densities
from tfvae.distributions.gaussian import DiagonalGaussian
from tfvae.errors import Refused
from tfvae.models.vae import CONFIGURATION, VAE, build_parts


class TCVAE(VAE):
    """A VAE whose expected rate is split into three terms, in nats per image (eq. 2).

        mutual_information = log q(z|x) - log q(z),   dimension_kl = sum_d log q(z_d) - sum_d log p(z_d),
        total_correlation = log q(z) - sum_d log q(z_d).

    Beta weighs the last one, which tells how much the dimensions of a latent depend on each other. The densities of the
    aggregated posterior q(z) are estimated from a batch by stratified sampling (appendix C.2), whose estimate of q(z)
    has no bias, unlike that by weights alone; that of its logarithm is too low, the less the larger the batch.

    Args, beside those of `VAE`:
        images: number of training images, over which q(z) is the average.
    """

    terms = ("distortion", "mutual_information", "dimension_kl", "total_correlation")

    def __init__(self, *parts: Any, images: int) -> None:
        super().__init__(*parts)
        self.images = images

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return the four terms, each (B,), of one posterior sample per image; the last three may be negative."""
        parameters = self.encoder(images)
        latents = self.posterior.sample(parameters, noise)
        pairs = pairwise_log_densities(self.posterior, parameters, latents)
        weights = tf.constant(stratified_log_weights(len(images), self.images))
        joint = tf.reduce_logsumexp(weights + tf.reduce_sum(pairs, axis=2), axis=1)
        product = tf.reduce_sum(tf.reduce_logsumexp(weights[..., None] + pairs, axis=1), axis=1)
        own = tf.linalg.diag_part(tf.reduce_sum(pairs, axis=2))
        prior = tf.reduce_sum(standard_normal_log_densities(latents), axis=1)
        return self.distortion(images, self.decoder(latents)), own - joint, product - prior, joint - product


def stratified_log_weights(batch: int, total: int) -> np.ndarray:
    """Return the logarithms of the weights (B, B) of the densities q(z_i|x_j) in the estimate of q(z_i).

    A row's own image stands for itself, 1/N; its neighbour in the batch for those that the batch lacks; each other one
    for as many as an image of a batch of B - 1 does (appendix C.2). Each row sums to 1.

    Raises:
        Refused: if the batch has fewer than 2 images, or more than there are.
    """
    others = as_count(batch, "a batch of a TCVAE", 2) - 1
    if batch > total:
        raise Refused(f"a TCVAE's images must be at least as many as a batch holds. Received: {total}, {batch}")
    weights = np.full((batch, batch), 1.0 / others)
    rows = np.arange(batch)
    weights[rows, rows] = 1.0 / total
    weights[rows, (rows + 1) % batch] = (total - others) / (total * others)
    logarithms: np.ndarray = np.log(weights).astype(np.float32)
    return logarithms


def build_tcvae(configuration: Mapping[str, Any], seed: int = 0) -> TCVAE:
    """Return a beta-TCVAE from plain data: as for `tfvae.models.vae.build_vae`, and "images", how many train it.

    Raises:
        Refused: as `build_vae`, and if the posterior is no diagonal Gaussian.
    """
    named(configuration, "A TCVAE's configuration", (*CONFIGURATION, "images"), ("model",))
    shape = as_shape(configuration["image_shape"])
    parts = build_parts(configuration, seed, shape, shape)
    return TCVAE(*gaussian(parts, "a TCVAE"), images=as_count(configuration["images"], "images", 2))


def gaussian(parts: tuple[Any, ...], model: str) -> tuple[Any, ...]:
    """Return the arguments of `VAE` if their posterior is a diagonal Gaussian.

    Raises:
        Refused: if it is another one.
    """
    if type(parts[2]) is not DiagonalGaussian:
        raise Refused(f"the posterior of {model} must be diagonal_gaussian. Received: {type(parts[2]).__name__}")
    return parts
