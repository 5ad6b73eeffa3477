"""FactorVAE: a discriminator tells how latents depend on each other (Kim & Mnih, 2018, arXiv:1802.05983)."""

from collections.abc import Mapping, Sequence
from typing import Any

from tfvae.arguments import as_counts, as_number, as_shape, named
from tfvae.backend import keras, layers, tf
from tfvae.models.vae import CONFIGURATION, VAE, build_parts
from tfvae.networks.layers import initialize, leaky_relu

_OPTIONS = ("discriminator", "discriminator_rate")
_MOMENTS, _EPSILON = (0.5, 0.9), 1e-8  # of the discriminator's Adam, as the paper has them


class FactorVAE(VAE):
    """A VAE with the loss distortion + rate + beta * total correlation (eq. 2), which a discriminator estimates.

    Its logit is log q(z) - sum_d log q(z_d) for the best discriminator between latents and latents whose dimensions
    are shuffled among the images of a batch (eq. 3, algorithm 2). It takes a step of Adam with each training step, on
    the same batch, of which the paper takes another half; its weights and Adam's memory are weights of the model that
    the loss does not train. Noise that a batch's images share shuffles nothing: the schedule's epsilons must be
    "all_random", or those of a set.

    Args, beside those of `VAE`:
        discriminator: maps latents (B, D) to logits (B, 1).
        discriminator_rate: Adam's learning rate.
    """

    terms = ("distortion", "kl", "total_correlation")

    def __init__(self, *parts: Any, discriminator: keras.Model, discriminator_rate: float) -> None:
        super().__init__(*parts)
        discriminator.trainable = False  # by the loss
        self.discriminator, self.discriminator_rate = discriminator, discriminator_rate
        self.memory = [
            [
                self.add_weight(shape=weight.shape, initializer="zeros", trainable=False)
                for weight in discriminator.weights
            ]
            for _ in _MOMENTS
        ]
        # The moments' decays to the power of the steps so far: they fit every type of stored weights, a count does not.
        self.powers = self.add_weight(name="powers", shape=(len(_MOMENTS),), initializer="ones", trainable=False)

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return the posterior's noise, and uniform noise that shuffles each dimension, (rows, · + D)."""
        shape = (rows, self.posterior.latent_dim)
        order = tf.random.stateless_uniform(shape, tf.random.experimental.stateless_fold_in(seed, 1))
        return tf.concat([self.posterior.noise(rows, seed), order], axis=1)

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return distortion, rate and the total correlation that the discriminator sees, each (B,)."""
        return self._terms(images, noise[:, : -self.posterior.latent_dim])[1:]

    def training_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return the `loss_terms`, and then train the discriminator."""
        own, order = noise[:, : -self.posterior.latent_dim], noise[:, -self.posterior.latent_dim :]
        latents, *terms = self._terms(images, own)
        self._train_discriminator(tf.stop_gradient(latents), order)
        return tuple(terms)

    def _terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, ...]:
        latents, _, distortion, rate = self.evaluate(images, noise)
        return latents, distortion, rate, self.discriminator(latents)[:, 0]

    def _train_discriminator(self, latents: tf.Tensor, order: tf.Tensor) -> None:
        """Take a step of Adam (Kingma & Ba, 2015) towards telling latents from shuffled ones."""
        weights = [weight.value for weight in self.discriminator.weights]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            together = self.discriminator(tf.concat([latents, shuffled(latents, order)], axis=0))[:, 0]
            of_latents, of_shuffled = tf.split(together, 2)
            loss = 0.5 * tf.reduce_mean(tf.math.softplus(-of_latents) + tf.math.softplus(of_shuffled))
        decay, decay_of_squares = _MOMENTS
        self.powers.value.assign(self.powers.value * tf.constant(_MOMENTS))
        power, power_of_squares = tf.unstack(self.powers.value)
        rate = self.discriminator_rate * tf.sqrt(1.0 - power_of_squares) / (1.0 - power)
        for weight, gradient, mean, square in zip(weights, tape.gradient(loss, weights), *self.memory, strict=True):
            mean.value.assign(decay * mean.value + (1.0 - decay) * gradient)
            square.value.assign(decay_of_squares * square.value + (1.0 - decay_of_squares) * tf.square(gradient))
            weight.assign_sub(rate * mean.value / (tf.sqrt(square.value) + _EPSILON))


def shuffled(latents: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
    """Return latents (B, D) with each dimension in an order of its own, that of the numbers in `order` (B, D)."""
    rows = tf.argsort(tf.transpose(order), axis=1)
    return tf.transpose(tf.gather(tf.transpose(latents), rows, batch_dims=1))


def build_factor_vae(configuration: Mapping[str, Any], seed: int = 0) -> FactorVAE:
    """Return a FactorVAE from plain data.

    As for `tfvae.models.vae.build_vae`, with the units of the hidden layers of the "discriminator", and its learning
    rate "discriminator_rate".

    Raises:
        Refused: as `build_vae`, and if one of these is out of its range.
    """
    named(configuration, "A FactorVAE's configuration", (*CONFIGURATION, *_OPTIONS), ("model",))
    shape = as_shape(configuration["image_shape"])
    parts = build_parts(configuration, seed, shape, shape)
    discriminator = _discriminator(as_counts(configuration["discriminator"], "discriminator"), parts[2].latent_dim)
    initialize(discriminator, seed, "discriminator weights")
    rate = as_number(configuration["discriminator_rate"], "discriminator_rate", "(0, 1]")
    return FactorVAE(*parts, discriminator=discriminator, discriminator_rate=rate)


def _discriminator(units: Sequence[int], latent_dim: int) -> keras.Model:
    hidden = [layers.Dense(width, activation=leaky_relu) for width in units]
    return keras.Sequential([layers.Input((latent_dim,)), *hidden, layers.Dense(1)], name="discriminator")
