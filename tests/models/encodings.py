"""Models whose encoder returns what it is given, so that a test chooses the posteriors, with a distortion of zero."""

import tensorflow as tf

from tfvae.distributions import DiagonalGaussian


def identities(latent_dim, posterior=None):
    """Return the arguments of a model: encoder and decoder are the identity, the distortion is zero."""
    family = posterior or DiagonalGaussian(latent_dim)
    return lambda x: x, lambda z: z, family, lambda x, z: tf.zeros_like(z[:, 0])


def gaussians(means, deviations):
    """Return the parameters (B, 2 D) of posteriors with means and standard deviations (B, D)."""
    means = tf.constant(means, tf.float32)
    return tf.concat([means, 2.0 * tf.math.log(tf.constant(deviations, tf.float32)) + tf.zeros_like(means)], axis=1)
