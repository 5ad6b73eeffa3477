"""DIP-VAE (Kumar et al., 2018, https://arxiv.org/abs/1711.00848): latents are led to have no covariances."""

from collections.abc import Mapping
from typing import Any

from tfvae.arguments import as_number, as_shape, named, one_of
from tfvae.backend import tf
from tfvae.models.tcvae import gaussian
from tfvae.models.vae import CONFIGURATION, VAE, build_parts

KINDS = ("I", "II")


class DIPVAE(VAE):
    """A VAE with the loss distortion + rate + beta (sum of C_ij^2 + diagonal_ratio sum of (C_ii - 1)^2), i not j.

    C is a batch's covariance of the posterior means (kind I, eq. 6) or, with the mean of their variances added to its
    diagonal, of latents (kind II, eq. 7).

    Args, beside those of `VAE`:
        kind: "I" or "II".
        diagonal_ratio: the paper's lambda_d / lambda_od, at least 0.
    """

    terms = ("distortion", "kl", "moment_penalty")

    def __init__(self, *parts: Any, kind: str, diagonal_ratio: float) -> None:
        super().__init__(*parts)
        self.kind, self.diagonal_ratio = kind, diagonal_ratio

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return distortion, rate and, the same for all images, the penalty, each (B,)."""
        parameters = self.encoder(images)
        distortion = self.distortion(images, self.decoder(self.posterior.sample(parameters, noise)))
        mean, log_variance = self.posterior._split(parameters)
        covariance = _covariance(mean)
        if self.kind == "II":
            covariance += tf.linalg.diag(tf.reduce_mean(tf.exp(log_variance), axis=0))
        variances = tf.linalg.diag_part(covariance)
        off_diagonal = tf.reduce_sum(tf.square(covariance - tf.linalg.diag(variances)))
        penalty = off_diagonal + self.diagonal_ratio * tf.reduce_sum(tf.square(variances - 1.0))
        return distortion, self.posterior.kl_to_prior(parameters), penalty * tf.ones_like(distortion)


def _covariance(values: tf.Tensor) -> tf.Tensor:
    """Return the covariance (D, D) of values (B, D), divided by B as the paper has it."""
    centred = values - tf.reduce_mean(values, axis=0)
    return tf.matmul(centred, centred, transpose_a=True) / tf.cast(tf.shape(values)[0], values.dtype)


def build_dip_vae(configuration: Mapping[str, Any], seed: int = 0) -> DIPVAE:
    """Return a DIP-VAE from plain data: as for `tfvae.models.vae.build_vae`, with "kind" and "diagonal_ratio".

    Raises:
        Refused: as `build_vae`, if one of these is not as `DIPVAE` has it, or the posterior is no diagonal Gaussian.
    """
    named(configuration, "A DIP-VAE's configuration", (*CONFIGURATION, "kind", "diagonal_ratio"), ("model",))
    shape = as_shape(configuration["image_shape"])
    return DIPVAE(
        *gaussian(build_parts(configuration, seed, shape, shape), "a DIP-VAE"),
        kind=one_of(configuration["kind"], KINDS, "kind of DIP-VAE"),
        diagonal_ratio=as_number(configuration["diagonal_ratio"], "diagonal_ratio", "[0, 1e6]"),
    )
