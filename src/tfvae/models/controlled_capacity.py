"""A VAE whose rate is led to a growing capacity (Burgess et al., 2018, https://arxiv.org/abs/1804.03599)."""

from collections.abc import Mapping
from typing import Any

from tfvae.arguments import as_count, as_number, as_shape, named
from tfvae.backend import tf
from tfvae.models.vae import CONFIGURATION, VAE, build_parts


class ControlledCapacityVAE(VAE):
    """A VAE with the loss distortion + beta |rate - C(t)| (eq. 8), where C grows linearly from 0 nats.

    Equation 8 is written for one image. Here the rate is the mean over the batch, as in disentanglement_lib, so that
    images may differ in theirs. The number of steps is a weight of the model, because the capacity follows from it.

    Args, beside those of `VAE`:
        capacity: C in the end, in nats per image, above 0.
        capacity_steps: steps until then.
    """

    terms = ("distortion", "capacity_gap")

    def __init__(self, *parts: Any, capacity: float, capacity_steps: int) -> None:
        super().__init__(*parts)
        self.capacity, self.capacity_steps = capacity, capacity_steps
        self.steps = self.add_weight(name="steps", shape=(1,), initializer="zeros", trainable=False)

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return the distortion (B,) and, the same for all images, the gap between mean rate and capacity (B,)."""
        *_, distortion, rate = self.evaluate(images, noise)
        reached = self.capacity * tf.minimum(self.steps.value[0] / self.capacity_steps, 1.0)
        gap = tf.abs(tf.reduce_mean(rate) - reached)
        return distortion, gap * tf.ones_like(distortion)

    def training_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return the `loss_terms`, and count a step."""
        terms = self.loss_terms(images, noise)
        self.steps.value.assign_add([1.0])
        return terms


def build_controlled_capacity(configuration: Mapping[str, Any], seed: int = 0) -> ControlledCapacityVAE:
    """Return a VAE of controlled capacity from plain data.

    As for `tfvae.models.vae.build_vae`, and "capacity" and "capacity_steps" as `ControlledCapacityVAE` has them.

    Raises:
        Refused: as `build_vae`, and if one of these is out of its range.
    """
    options = ("capacity", "capacity_steps")
    named(configuration, "A VAE of controlled capacity's configuration", (*CONFIGURATION, *options), ("model",))
    shape = as_shape(configuration["image_shape"])
    return ControlledCapacityVAE(
        *build_parts(configuration, seed, shape, shape),
        capacity=as_number(configuration["capacity"], "capacity", "(0, 1e6]"),
        capacity_steps=as_count(configuration["capacity_steps"], "capacity_steps", maximum=2**24),
    )
