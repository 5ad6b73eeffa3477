"""Importance weights of a trained model's posterior samples, from which its log-likelihood is estimated.

Burda et al. (2016), eq. 8, https://arxiv.org/abs/1509.00519. Results of different models are comparable when images
are binarised once and for all ("statically"; Salakhutdinov & Murray, 2008, https://doi.org/10.1145/1390156.1390266),
when the models were trained on such images, and when as many samples are drawn.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae import randomness
from tfvae.arguments import as_count
from tfvae.backend import tf
from tfvae.batching import batches
from tfvae.errors import Refused
from tfvae.images import as_images
from tfvae.models.likelihoods import bernoulli
from tfvae.models.vae import VAE


def importance_log_weights(
    model: VAE, images: ArrayLike, samples: int, seed: int, purpose: str = "importance"
) -> NDArray[np.float64]:
    """Return log p(x, z_k) - log q(z_k|x) for samples z_k ~ q(z|x), in nats, (N, samples).

    `tfvae.evaluation.importance` makes log-likelihoods of them. Noise is keyed by (seed, purpose and sample, batch), so
    more samples leave the first ones as they are. Costs `samples` times the decoding of all images.

    The model needs the distortion `tfvae.models.likelihoods.bernoulli`, a normalised likelihood of binary images, and a
    posterior with densities (a method `log_density_ratio`). The images are (N, H, W, C), N >= 1, each value 0 or 255
    (of floats 0 or 1); see `tfvae.sampling.binary`. Samples are at least 1 for each image; 200 are common, 5,000 in
    the paper.

    Raises:
        Refused: if an argument is not as described.
    """
    binary, samples = as_images(images, shape=model.image_shape), as_count(samples, "samples")
    white = 255 if binary.dtype == np.uint8 else 1
    if not np.isin(binary, (0, white)).all():
        raise Refused(f"images must be binary: every value 0 or {white}, see `tfvae.sampling.binary`")
    if model.distortion is not bernoulli:
        raise Refused("only the Bernoulli likelihood is one of binary images. Received: a model with another")
    if not hasattr(model.posterior, "log_density_ratio"):
        raise Refused(f"the densities of this posterior are not known. Received: {model.posterior}")
    encode = tf.function(model.encoder)
    weigh = tf.function(lambda *arguments: _log_weights(model, *arguments))
    weights = np.empty((len(binary), samples))
    for batch, rows in enumerate(batches(len(binary))):
        pixels = tf.constant(binary[rows] == white, tf.float32)
        parameters = encode(pixels)
        for sample in range(samples):
            key = tf.constant(randomness.key(seed, f"{purpose} {sample}", batch), tf.int32)
            weights[rows, sample] = weigh(pixels, parameters, key)
    if not np.isfinite(weights).all():
        raise Refused("the model computes NaN or infinite log weights. Its weights are not finite, or too large")
    return weights


def _log_weights(model: VAE, pixels: tf.Tensor, parameters: tf.Tensor, key: tf.Tensor) -> tf.Tensor:
    noise = model.posterior.noise(len(pixels), key)
    logits = model.decoder(model.posterior.sample(parameters, noise))
    return model.posterior.log_density_ratio(parameters, noise) - model.distortion(pixels, logits)
