"""Importance-weighted auto-encoders: tighter bounds of the log-likelihood, from several samples of each image."""

from collections.abc import Mapping
from typing import Any

from tfvae.arguments import as_count, as_number, as_shape, named, one_of
from tfvae.backend import tf
from tfvae.errors import Refused
from tfvae.models.vae import CONFIGURATION, VAE, build_parts

_OPTIONS = ("samples", "groups", "elbo_weight", "split_gradients")


class ImportanceWeightedVAE(VAE):
    """A VAE trained by -log 1/k sum_i w_i with w_i = p(x, z_i) / q(z_i|x) (Burda et al., 2016, eq. 8).

    Its options (Rainforth et al., 2018, https://arxiv.org/abs/1802.04537) give the encoder a gradient that is less
    noisy, which the bound's lacks as k grows:

        MIWAE (eq. 10): the samples in several groups, a bound of each, averaged;
        CIWAE (eq. 11): a mean of the ELBO, with the weight `elbo_weight`, and the bound;
        PIWAE (eq. 12): the encoder has the gradient of the groups' bound, the decoder that of all samples in one.

    The only term is the negative bound, so that a beta other than 1 would do nothing but scale the gradient.

    Args, beside those of `VAE`:
        samples: of each image, k.
        groups: that they are divided among; a divisor of `samples`.
        elbo_weight: from 0 to 1.
        split_gradients: whether encoder and decoder have gradients of different bounds, as in PIWAE.
    """

    terms = ("negative_bound",)

    def __init__(self, *parts: Any, samples: int, groups: int, elbo_weight: float, split_gradients: bool) -> None:
        super().__init__(*parts)
        self.samples, self.groups = samples, groups
        self.elbo_weight, self.split_gradients = elbo_weight, split_gradients

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return the noise of `samples` draws of the posterior for each row, (rows, samples times that of one)."""
        return tf.reshape(self.posterior.noise(rows * self.samples, seed), (rows, -1))

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return the negative bound (B,), in nats per image."""
        parameters = tf.repeat(self.encoder(images), self.samples, axis=0)
        noise = tf.reshape(noise, (len(parameters), -1))
        ratio = self.posterior.log_density_ratio(parameters, noise)
        latents, repeated = self.posterior.sample(parameters, noise), tf.repeat(images, self.samples, axis=0)
        if not self.split_gradients:
            return (-self._bound(ratio - self.distortion(repeated, self.decoder(latents)), self.groups),)
        of_decoder = self.distortion(repeated, self.decoder(tf.stop_gradient(latents)))
        of_encoder = self.distortion(repeated, self._frozen_decoder(latents))
        value = self._bound(tf.stop_gradient(ratio) - of_decoder, 1)
        slope = self._bound(ratio - of_encoder, self.groups)
        return (-(value + slope - tf.stop_gradient(slope)),)

    def _bound(self, log_weights: tf.Tensor, groups: int) -> tf.Tensor:
        """Return the bound (B,) of log weights (B k,)."""
        weights = tf.reshape(log_weights, (-1, groups, self.samples // groups))
        bounds = tf.reduce_logsumexp(weights, axis=2) - tf.math.log(float(self.samples // groups))
        elbo = tf.reduce_mean(weights, axis=(1, 2))
        return self.elbo_weight * elbo + (1 - self.elbo_weight) * tf.reduce_mean(bounds, axis=1)

    def _frozen_decoder(self, latents: tf.Tensor) -> tf.Tensor:
        """Return the decoder's logits without a gradient to its weights."""
        weights = [tf.stop_gradient(weight.value) for weight in self.decoder.trainable_variables]
        logits, _ = self.decoder.stateless_call(weights, self.decoder.non_trainable_variables, latents)
        return logits


def build_importance_weighted(configuration: Mapping[str, Any], seed: int = 0) -> ImportanceWeightedVAE:
    """Return an importance-weighted auto-encoder from plain data.

    As for `tfvae.models.vae.build_vae`, and the options of `ImportanceWeightedVAE`.

    Raises:
        Refused: as `build_vae`, and if an option is out of its range or the densities of the posterior are not known.
    """
    named(configuration, "An importance-weighted auto-encoder's configuration", (*CONFIGURATION, *_OPTIONS), ("model",))
    samples = as_count(configuration["samples"], "samples")
    groups = as_count(configuration["groups"], "groups", 1, samples)
    if samples % groups:
        raise Refused(f"groups must divide samples. Received: groups={groups}, samples={samples}")
    shape = as_shape(configuration["image_shape"])
    parts = build_parts(configuration, seed, shape, shape)
    if not hasattr(parts[2], "log_density_ratio"):
        raise Refused(f"importance weights need a posterior with densities. Received: {type(parts[2]).__name__}")
    return ImportanceWeightedVAE(
        *parts,
        samples=samples,
        groups=groups,
        elbo_weight=as_number(configuration["elbo_weight"], "elbo_weight", "[0, 1]"),
        split_gradients=one_of(configuration["split_gradients"], (False, True), "choice of split_gradients"),
    )
