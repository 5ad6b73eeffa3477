"""Auto-encoders that compare the aggregated posterior with the prior by a kernel: the InfoVAE and the WAE."""

from collections.abc import Callable, Mapping
from typing import Any

from tfvae.arguments import as_number, as_shape, named, one_of
from tfvae.backend import tf
from tfvae.models.vae import CONFIGURATION, VAE, build_parts


def _rbf(squares: tf.Tensor, dim: int) -> tf.Tensor:
    return tf.exp(-squares / (2.0 * dim))


def _inverse_multiquadratic(squares: tf.Tensor, dim: int) -> tf.Tensor:
    return 2.0 * dim / (2.0 * dim + squares)


# Of squared distances of latents of D dimensions; 2 D is what two draws of the standard normal have on average.
KERNELS: dict[str, Callable[[tf.Tensor, int], tf.Tensor]] = {"rbf": _rbf, "imq": _inverse_multiquadratic}


def squared_mmd(latents: tf.Tensor, others: tf.Tensor, kernel: str) -> tf.Tensor:
    """Return the squared maximum mean discrepancy of samples (N, D) and (M, D), without bias (Gretton et al., 2012).

    It leaves out each point's pair with itself, so it may be below 0. N and M are at least 2.
    """
    dim = latents.shape[1]

    def mean(one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
        products = tf.matmul(one, other, transpose_b=True)
        squares = tf.reduce_sum(one**2, axis=1)[:, None] + tf.reduce_sum(other**2, axis=1) - 2.0 * products
        values = KERNELS[kernel](tf.maximum(squares, 0.0), dim)
        if one is not other:
            return tf.reduce_mean(values)
        count = tf.cast(tf.shape(one)[0], values.dtype)
        return (tf.reduce_sum(values) - tf.linalg.trace(values)) / (count * (count - 1.0))

    return mean(latents, latents) + mean(others, others) - 2.0 * mean(latents, others)


class MMDVAE(VAE):
    """An auto-encoder with the loss distortion + kl_weight * rate + beta * MMD^2(q(z), p(z)).

    With a Gaussian posterior it is the InfoVAE (Zhao et al., 2019, eq. 6, https://arxiv.org/abs/1706.02262), whose
    1 - alpha is the `kl_weight`; with `Point` and without rate the WAE (Tolstikhin et al., 2018, algorithm 2,
    https://arxiv.org/abs/1711.01558). The discrepancy is that of a batch of latents and as many draws from the prior.

    Args, beside those of `VAE`:
        kernel: a name of `KERNELS`.
        kl_weight: at least 0.
    """

    terms = ("distortion", "weighted_kl", "mmd")

    def __init__(self, *parts: Any, kernel: str, kl_weight: float) -> None:
        super().__init__(*parts)
        self.kernel, self.kl_weight = kernel, kl_weight

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return the posterior's noise and beside it draws from the prior, (rows, · + D)."""
        prior = self.sample_prior(rows, tf.random.experimental.stateless_fold_in(seed, 1))
        return tf.concat([self.posterior.noise(rows, seed), prior], axis=1)

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return distortion, weighted rate and, the same for all images, the squared discrepancy, each (B,)."""
        noise, prior = noise[:, : -self.posterior.latent_dim], noise[:, -self.posterior.latent_dim :]
        latents, _, distortion, rate = self.evaluate(images, noise)
        return distortion, self.kl_weight * rate, squared_mmd(latents, prior, self.kernel) * tf.ones_like(distortion)


def build_mmd_vae(configuration: Mapping[str, Any], seed: int = 0) -> MMDVAE:
    """Return an `MMDVAE` from plain data: as for `tfvae.models.vae.build_vae`, with "kernel" and "kl_weight".

    Raises:
        Refused: as `build_vae`, and if one of these is not as `MMDVAE` has it.
    """
    named(configuration, "An MMD-VAE's configuration", (*CONFIGURATION, "kernel", "kl_weight"), ("model",))
    shape = as_shape(configuration["image_shape"])
    return MMDVAE(
        *build_parts(configuration, seed, shape, shape),
        kernel=one_of(configuration["kernel"], KERNELS, "kernel"),
        kl_weight=as_number(configuration["kl_weight"], "kl_weight", "[0, 1e6]"),
    )
