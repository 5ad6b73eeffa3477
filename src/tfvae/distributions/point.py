"""A point instead of a distribution: what makes a deterministic auto-encoder of the model `VAE`."""

from dataclasses import dataclass

import tensorflow as tf

from tfvae.distributions.gaussian import StandardNormalPrior


@dataclass(frozen=True)
class Point(StandardNormalPrior):
    """The latent is the encoder's output itself, and nothing is paid for it.

    So the loss is the distortion alone, whatever beta is: an auto-encoder. It has no prior (the divergence of a point
    from a density is infinite). To compare it with a VAE, latents are drawn from N(0, I) in place of one, although
    nothing draws the latents of images there; only these draws use noise. In a compiled function without them, none is
    drawn either.

    Args:
        latent_dim: number D of latent dimensions, at least 1.
    """

    @property
    def num_parameters(self) -> int:
        """Numbers per image that the encoder must return: D."""
        return self.latent_dim

    def mean(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return the point (B, D)."""
        return parameters

    def sample(self, parameters: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Return the point (B, D), whatever the noise."""
        del noise  # taken as of every posterior
        return parameters

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return zeros (B,): the loss has no rate."""
        return tf.zeros_like(parameters[:, 0])
