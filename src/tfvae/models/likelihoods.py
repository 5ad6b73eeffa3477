"""Pixel likelihoods p(x|z) as distortions: -log p(x|z) up to a constant, in nats per image.

Each function takes images (B, H, W, C) in [0, 1] and the decoder's logits of the same shape, and returns (B,), summed
over pixels. The decoder's mean image is sigmoid(logits) for all of them.
"""

from collections.abc import Callable

from tfvae.arguments import one_of
from tfvae.backend import tf

Distortion = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def squared_error(images: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return the sum of squared errors, averaged over channels, which is the thesis's scale.

    It is -log N(x; sigmoid(logits), 1/2 I) up to a constant for one channel; so a beta here corresponds to a Gaussian
    decoder of variance beta / 2, and to beta / 2 where a library halves the squared error.
    """
    errors = tf.square(tf.sigmoid(logits) - images)
    return tf.reduce_sum(tf.reduce_mean(errors, axis=-1), axis=(1, 2))


def bernoulli(images: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return the cross-entropy of pixels as probabilities, from logits (Kingma & Welling, 2014, appendix C.1)."""
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits), axis=(1, 2, 3))


LIKELIHOODS: dict[str, Distortion] = {"squared_error": squared_error, "bernoulli": bernoulli}


def likelihood(name: str) -> Distortion:
    """Return the distortion `name`.

    Raises:
        Refused: if there is none of that name.
    """
    return LIKELIHOODS[one_of(name, LIKELIHOODS, "likelihood")]
