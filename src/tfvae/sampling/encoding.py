"""Encodings of images in a model's latent space."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.backend import tf
from tfvae.batching import in_batches
from tfvae.images import as_images, to_floats
from tfvae.models.model import Model
from tfvae.models.vae import VAE

Floats = NDArray[np.float32]


def posterior_parameters(model: Model, images: ArrayLike, labels: ArrayLike | None = None) -> Floats:
    """Return the parameters of q(z|x), (N, posterior.num_parameters); of a Gaussian means and log-variances, abreast.

    The images are (N, H, W, C), see `tfvae.images.as_images`; a conditional model needs their labels (N,).
    """
    encode = tf.function(lambda pixels, *labels: given(model, *labels).encoder(to_floats(pixels)))
    pixels = as_images(images, shape=model.image_shape)
    parameters: Floats = in_batches(encode, pixels, *model.checked_labels(labels, len(pixels)))
    return parameters


def posterior_means(model: Model, images: ArrayLike, labels: ArrayLike | None = None) -> Floats:
    """Return the means of q(z|x), (N, D); arguments as for `posterior_parameters`."""
    return np.asarray(model.posterior.mean(posterior_parameters(model, images, labels)))


def given(model: Any, *labels: tf.Tensor) -> VAE:
    """Return the VAE of a batch: the model itself, or that of its labels."""
    vae: VAE = model.given(*labels) if labels else model
    return vae
