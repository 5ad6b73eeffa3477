"""The sigma-VAE: a Gaussian likelihood whose noise is learned (Rybkin et al., 2021, arXiv:2006.13202)."""

import math
from collections.abc import Mapping
from typing import Any

from tfvae.arguments import as_shape, named, one_of
from tfvae.backend import tf
from tfvae.models.vae import CONFIGURATION, VAE, build_parts

_LOWEST = -6.0  # of log sigma, far below the noise of 8 bits: a perfect image must not have an infinite density


class SigmaVAE(VAE):
    """A VAE with the likelihood N(x; mean image, sigma^2 I), one sigma for all pixels that is a weight (section 3.1).

    So the balance of distortion and rate is learned, in place of a beta. The distortion is -log p(x|z) with its
    constant, in nats per image, and may be negative; the mean image is sigmoid(logits), as of every model here.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.raw_log_sigma = self.add_weight(name="raw_log_sigma", shape=(1,), initializer="zeros")
        self.distortion = self._negative_log_density

    @property
    def log_sigma(self) -> tf.Tensor:
        """Log sigma, softly bounded from below."""
        return _LOWEST + tf.math.softplus(self.raw_log_sigma.value[0] - _LOWEST)

    def _negative_log_density(self, images: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        errors = tf.reduce_sum(tf.square(tf.sigmoid(logits) - images), axis=(1, 2, 3))
        pixels = math.prod(images.shape[1:])
        return 0.5 * errors * tf.exp(-2.0 * self.log_sigma) + pixels * (self.log_sigma + 0.5 * math.log(2.0 * math.pi))


def build_sigma_vae(configuration: Mapping[str, Any], seed: int = 0) -> SigmaVAE:
    """Return a sigma-VAE from plain data: as for `tfvae.models.vae.build_vae`, with the "likelihood" gaussian.

    Raises:
        Refused: as `build_vae`, and if the likelihood is another one.
    """
    named(configuration, "A sigma-VAE's configuration", CONFIGURATION, ("model",))
    one_of(configuration["likelihood"], ("gaussian",), "likelihood of a sigma-VAE")
    shape = as_shape(configuration["image_shape"])
    return SigmaVAE(*build_parts({**configuration, "likelihood": "squared_error"}, seed, shape, shape))
