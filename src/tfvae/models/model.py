"""The contract of a model: what the training loop and the samplers ask of it."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_labels
from tfvae.backend import keras, tf
from tfvae.errors import Refused


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
        num_classes: K of a conditional model, whose labels are integers in [0, K); None of any other.
    """

    terms: tuple[str, ...] = ("distortion", "kl")
    posterior: Any
    num_classes: int | None = None

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """(H, W, C) of the model's images, from a network `decoder`; None where there is none to tell."""
        shape = getattr(getattr(self, "decoder", None), "output_shape", None)
        return None if shape is None else tuple(shape[1:])

    def checked_labels(self, labels: ArrayLike | None, count: int) -> list[NDArray[np.int32]]:
        """Return what the methods take beside `count` images or latents: a conditional model's labels, else nothing.

        Raises:
            Refused: if the labels are no `count` integers from 0 to K - 1, a conditional model gets none, or another
                model gets some.
        """
        if labels is not None and self.num_classes is None:
            raise Refused("This model is not conditional and takes no labels. Received: labels")
        if labels is not None:
            return [as_labels(labels, count=count, num_classes=self.num_classes).astype(np.int32)]
        if self.num_classes is not None:
            raise Refused("A conditional model needs a label for each image or latent. Received: labels=None")
        return []

    def __init__(self) -> None:
        super().__init__(dtype="float32")  # else images would be cast to the policy of the user's own models

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return the noise of one training step, (rows, ·), a function of `seed` (two int32) alone."""
        return self.posterior.noise(rows, seed)

    def sample_prior(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return latents (rows, ...) drawn from the prior, a function of `seed` (two int32) alone."""
        return self.posterior.sample_prior(self.posterior.noise(rows, seed))
