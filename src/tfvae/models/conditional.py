"""Conditional variational auto-encoder (Sohn et al., 2015), for any network and any posterior."""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from tfvae.arguments import as_count, as_labels, as_shape, named
from tfvae.backend import keras, tf
from tfvae.models.likelihoods import Distortion
from tfvae.models.model import Model
from tfvae.models.vae import CONFIGURATION, VAE, build_parts

# They take an image as a vector, so a label adds K numbers; in the other networks it adds K constant channels.
_VECTOR_NETWORKS = ("mlp", "leaky_mlp")


class ConditionalVAE(Model):
    """Model p(x, z | y) = p(z) p(x | z, y) with the posterior q(z | x, y), where y is the image's class.

    Given a class it is a VAE, which does everything else: see `given`. The label enters encoder and decoder one-hot
    (https://papers.nips.cc/paper/5775); the prior belongs to the posterior family, N(0, I) for a Gaussian, whatever the
    class. So the latents need not repeat the information in the label.

    The rate is KL(q(z | x, y) || p(z)) = -1/2 sum_d (1 + log s_d^2 - m_d^2 - s_d^2) for a Gaussian, never negative.
    "Project Report - ECE 176" (Erfjord & Bhatnagar) prints it without the minus sign, and a loss with that sign would
    reward the divergence. The study repeats its comparison with a VAE.

    Args, beside those of `VAE`:
        encoder: maps images with their labels (see `build_conditional_vae`) to the parameters of q(z | x, y).
        decoder: maps latents with one-hot labels (B, D + num_classes) to logits (B, H, W, C).
        num_classes: K; labels are integers in [0, K).
    """

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, posterior: Any, distortion: Distortion, num_classes: int
    ) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.posterior, self.distortion, self.num_classes = posterior, distortion, num_classes

    def given(self, labels: tf.Tensor | int) -> VAE:
        """Return the VAE p(x | y) of labels (B,), for batches of B images or latents, or of one label for any batch.

        Raises:
            Refused: if a label is no integer from 0 to K - 1; inside a compiled function, which cannot tell, it counts
                as no class.
        """
        if not tf.is_symbolic_tensor(labels):
            as_labels(np.ravel(labels), num_classes=self.num_classes)

        def encode(images: tf.Tensor) -> tf.Tensor:
            if len(self.encoder.input_shape) == 2:
                images = tf.reshape(images, (-1, prod(images.shape[1:])))
            return self.encoder(self._labelled(images, labels))

        def decode(latents: tf.Tensor) -> tf.Tensor:
            return self.decoder(self._labelled(latents, labels))

        return VAE(encode, decode, self.posterior, self.distortion)

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return distortion and rate, each (B,), in nats per image, given the labels (B,)."""
        return self.given(labels).loss_terms(images, noise)

    def decode(self, latents: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Return the mean images (B, H, W, C) in [0, 1] of p(x | z, y)."""
        return self.given(labels).decode(latents)

    def call(self, images: tf.Tensor, labels: tf.Tensor, noise: tf.Tensor | None = None) -> tf.Tensor:
        """Return reconstructions (B, H, W, C) in [0, 1] from posterior samples, or from means without noise."""
        return self.given(labels)(images, noise)

    def _labelled(self, values: tf.Tensor, labels: tf.Tensor | int) -> tf.Tensor:
        """Return (B, ..., C + K): in the last axis the values (B, ..., C), then the one-hot label."""
        shape, ones = tf.shape(values), [1] * (len(values.shape) - 2)
        codes = tf.one_hot(tf.broadcast_to(labels, shape[:1]), self.num_classes, dtype=values.dtype)
        codes = tf.reshape(codes, (-1, *ones, self.num_classes))
        return tf.concat([values, tf.broadcast_to(codes, tf.concat([shape[:-1], [self.num_classes]], 0))], axis=-1)


def build_conditional_vae(configuration: Mapping[str, Any], seed: int = 0) -> ConditionalVAE:
    """Return a conditional VAE from plain data.

    Arguments as for `tfvae.models.vae.build_vae`, with "num_classes" in the configuration. A dense network gets an
    image as its H W C pixels and K more numbers, a convolutional one as C + K channels.

    Raises:
        Refused: if a name is unknown, a description does not fit the images, or there is no class.
    """
    named(configuration, "A conditional VAE's configuration", (*CONFIGURATION, "num_classes"), ("model",))
    classes = as_count(configuration["num_classes"], "num_classes")
    *size, channels = shape = as_shape(configuration["image_shape"])
    is_vector = configuration["network"] in _VECTOR_NETWORKS
    seen = (prod(size) * channels + classes,) if is_vector else (*size, channels + classes)
    return ConditionalVAE(*build_parts(configuration, seed, shape, seen, classes), classes)
