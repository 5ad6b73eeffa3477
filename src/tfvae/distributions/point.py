"""A point instead of a distribution turns the model `VAE` into a deterministic auto-encoder."""

from dataclasses import dataclass

from tfvae.backend import tf
from tfvae.distributions.gaussian import StandardNormalPrior


@dataclass(frozen=True)
class Point(StandardNormalPrior):
    """The encoder's output is the latent itself, without a rate.

    So the loss is the distortion alone, whatever beta is: an auto-encoder. It has no prior (the divergence of a point
    from a density is infinite). So that it can be compared with a VAE, `sample_prior` draws from N(0, I), although
    nothing pulls its latents towards it. Noise serves that alone.
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
        del noise  # an argument of every posterior
        return parameters

    def kl_to_prior(self, parameters: tf.Tensor) -> tf.Tensor:
        """Return zeros (B,): the loss has no rate."""
        return tf.zeros_like(parameters[:, 0])
