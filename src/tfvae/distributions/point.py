"""A point instead of a distribution: what makes a deterministic auto-encoder of the model `VAE`."""

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True)
class Point:
    """The latent is the encoder's output itself, and nothing is paid for it.

    So the loss is the distortion alone, whatever beta is: an auto-encoder. It has no prior (the divergence of a point
    from a density is infinite). To compare it with a VAE, latents are drawn from N(0, I) in place of one, although
    nothing draws the latents of images there.

    Args:
        latent_dim: number D of latent dimensions, at least 1.
    """

    latent_dim: int

    def __post_init__(self) -> None:
        if self.latent_dim < 1:
            raise ValueError(f"A point needs at least one dimension. Received: latent_dim={self.latent_dim}")

    @property
    def num_parameters(self) -> int:
        """Numbers per image that the encoder must return: D."""
        return self.latent_dim

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return standard normal noise (rows, D), a function of `seed` (two int32) alone; only `sample_prior` uses it.

        In a compiled function that does not, it is not drawn either.
        """
        return tf.random.stateless_normal((rows, self.latent_dim), seed)

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

    def sample_prior(self, noise: tf.Tensor) -> tf.Tensor:
        """Return draws from N(0, I) (N, D), made of `noise`."""
        return noise
