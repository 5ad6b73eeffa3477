"""The contract of a model: what the training loop and the samplers ask of it."""

from typing import Any

from tfvae.backend import keras, tf


class Model(keras.Model):
    """Base class of every model that `tfvae.models.registry.MODELS` names.

    A subclass sets `posterior` (or overrides `noise` and `sample_prior`) and defines, with a conditional model's labels
    (B,) as one argument more:

        loss_terms(images, noise) -> (B,) each: the loss's terms of images (B, H, W, C) in [0, 1]. Nothing changes. The
            caller draws the noise, so that the randomness of a step is a function of (seed, purpose, step).
        decode(latents) -> (B, H, W, C): the mean images of p(x|z), in [0, 1].
        training_terms(images, noise), optional: the loss's terms for a training step, which also updates what follows
            another rule than the gradient, such as moving averages.

    Attributes:
        terms: names of the loss's terms, as histories show them. The schedule's beta weighs the last one.
    """

    terms: tuple[str, ...] = ("distortion", "kl")
    posterior: Any

    def __init__(self) -> None:
        super().__init__(dtype="float32")  # else images would be cast to the policy of the user's own models

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return the noise of one training step, (rows, ·), a function of `seed` (two int32) alone."""
        return self.posterior.noise(rows, seed)

    def sample_prior(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return latents (rows, ...) drawn from the prior, a function of `seed` (two int32) alone."""
        return self.posterior.sample_prior(self.posterior.noise(rows, seed))
