"""Encodings of images in a model's latent space."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tfvae.backend import tf
from tfvae.batching import in_batches
from tfvae.errors import Refused
from tfvae.models.model import Model
from tfvae.models.vae import VAE

Floats = NDArray[np.float32]
Labels = NDArray[np.integer[Any]]


def posterior_parameters(model: Model, images: NDArray[np.uint8], labels: Labels | None = None) -> Floats:
    """Return the parameters of q(z|x), (N, posterior.num_parameters); of a Gaussian means and log-variances, abreast.

    The images are (N, H, W, C) uint8, N at least 1; a conditional model needs their labels (N,).
    """
    encode = tf.function(lambda pixels, *labels: given(model, *labels).encoder(to_floats(pixels)))
    parameters: Floats = in_batches(encode, images, *aligned(labels, images))
    return parameters


def posterior_means(model: Model, images: NDArray[np.uint8], labels: Labels | None = None) -> Floats:
    """Return the means of q(z|x), (N, D); arguments as for `posterior_parameters`."""
    return np.asarray(model.posterior.mean(posterior_parameters(model, images, labels)))


def given(model: Any, *labels: tf.Tensor) -> VAE:
    """Return the VAE of a batch: the model itself, or that of its labels."""
    vae: VAE = model.given(*labels) if labels else model
    return vae


def aligned(labels: Labels | None, rows: NDArray[Any]) -> list[NDArray[np.int32]]:
    """Return no array without labels, else the one of the labels, refused if there is not one for each row."""
    if labels is None:
        return []
    if len(labels) != len(rows) or len(labels) == 0:
        raise Refused(
            f"There must be one label for each latent or image, and at least one. Received: {len(rows)} and "
            f"{len(labels)} labels"
        )
    return [np.asarray(labels, np.int32)]


def as_bytes(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the images; refuse another type than uint8."""
    if images.dtype != np.uint8:
        raise Refused(f"images must be uint8. Received: dtype={images.dtype}")
    return images


def to_floats(images: tf.Tensor) -> tf.Tensor:
    """Return pixels 0 to 255 as float32 in [0, 1]."""
    return tf.cast(images, tf.float32) / 255.0
