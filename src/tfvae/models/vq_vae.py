"""Vector-quantised VAE (van den Oord et al., 2017, https://arxiv.org/abs/1711.00937)."""

from collections.abc import Mapping
from typing import Any

from tfvae.arguments import as_number, as_shape, called, named
from tfvae.backend import keras, tf
from tfvae.models.likelihoods import Distortion, likelihood
from tfvae.models.model import Model
from tfvae.models.quantizer import VectorQuantizer
from tfvae.networks.grid_cnn import decoder, encoder, grid_shape
from tfvae.networks.layers import initialize

_NAMES = ("image_shape", "encoder", "decoder", "quantizer", "commitment", "likelihood", "precision")


class VQVAE(Model):
    """An auto-encoder with a grid of codes as its latent, trained with the loss of eq. 3, per image.

        -log p(x|e) + |sg(z) - e|^2 + commitment |z - sg(e)|^2,   summed over pixels and over the grid,

    where z is the encoder's output, e the nearest code vector of each of its vectors and sg stops gradients. Gradients
    of the first term pass from e to z unchanged (section 3.2). The second term is left out where moving averages update
    the codes ("average").

    The posterior is deterministic and the prior in training uniform over K codes, so the rate h w log K is constant and
    left out as well. Good samples need a prior that is learned afterwards: `tfvae.networks.gated_pixel_cnn`.

    Args:
        encoder: maps images (B, H, W, C) in [0, 1] to latents (B, h, w, D).
        decoder: maps vectors (B, h, w, D) to logits (B, H, W, C).
        quantizer: the codebook.
        distortion: a pixel likelihood of `tfvae.models.likelihoods`, (images, logits) -> (B,).
        commitment: weight of the last term, at least 0.
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        quantizer: VectorQuantizer,
        distortion: Distortion,
        commitment: float,
    ) -> None:
        as_number(commitment, "commitment", "[0, inf)")
        super().__init__()
        self.encoder, self.decoder, self.quantizer = encoder, decoder, quantizer
        self.distortion, self.commitment = distortion, commitment

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return uniform noise (rows, K) in [0, 1), which revives codes in `training_terms`."""
        return self.quantizer.noise(rows, seed)

    def loss_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the first term of the loss and the sum of the others, each (B,), with the codebook as it is.

        The second one takes the place of a VAE's rate in the training loop, with the weight 1.
        """
        del noise  # only the revival of codes draws
        latents = self.encoder(images)
        return self._terms(images, latents, self.quantizer.vectors(self.quantizer.nearest(latents)))

    def training_terms(self, images: tf.Tensor, noise: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the `loss_terms` with dead codes revived, and move the codebook's averages after it was read."""
        latents = self.encoder(images)
        self.quantizer.revive(latents, noise)
        codes = self.quantizer.nearest(latents)
        vectors = self.quantizer.vectors(codes)
        self.quantizer.follow(latents, codes)
        return self._terms(images, latents, vectors)

    def _terms(self, images: tf.Tensor, latents: tf.Tensor, vectors: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        distortion = self.distortion(images, self.decoder(latents + tf.stop_gradient(vectors - latents)))
        others = self.commitment * _squared_distance(latents, tf.stop_gradient(vectors))
        if self.quantizer.update == "loss":
            others += _squared_distance(tf.stop_gradient(latents), vectors)
        return distortion, others

    def encode(self, images: tf.Tensor) -> tf.Tensor:
        """Return the codes (B, h, w) int32 of images (B, H, W, C) in [0, 1]."""
        return self.quantizer.nearest(self.encoder(images))

    def sample_prior(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return codes (rows, h, w) int32 drawn from the prior in training, which is uniform."""
        grid = self.encoder.output_shape[1:3]
        return tf.random.stateless_uniform((rows, *grid), seed, 0, self.quantizer.codes, tf.int32)

    def decode(self, codes: tf.Tensor) -> tf.Tensor:
        """Return the mean images (B, H, W, C) in [0, 1] of codes (B, h, w)."""
        return tf.sigmoid(self.decoder(self.quantizer.vectors(codes)))

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """Return reconstructions (B, H, W, C) in [0, 1]."""
        return self.decode(self.encode(images))


def build_vq_vae(configuration: Mapping[str, Any], seed: int = 0) -> VQVAE:
    """Return a vector-quantised VAE from plain data.

    Args:
        configuration: "image_shape" (H, W, C); "encoder" and "decoder" as `tfvae.networks.grid_cnn` describes them;
            "quantizer", the arguments of `VectorQuantizer`; "commitment"; "likelihood" (a name of
            `tfvae.models.likelihoods.LIKELIHOODS`); "precision", "float32" or "bfloat16".
        seed: the initial weights are drawn from it.

    Raises:
        Refused: if a name is unknown, a value out of its range, or a description does not fit the images.
    """
    named(configuration, "A VQ-VAE's configuration", _NAMES, ("model",))
    shape, precision = as_shape(configuration["image_shape"]), configuration["precision"]
    quantizer = called(VectorQuantizer, configuration["quantizer"], "A codebook")
    dim = configuration["quantizer"]["latent_dim"]
    grid = (*grid_shape(shape, configuration["encoder"]), dim)
    inward = encoder(shape, configuration["encoder"], dim, precision)
    outward = decoder(shape, configuration["decoder"], grid, precision)
    initialize(inward, seed, "encoder weights")
    initialize(outward, seed, "decoder weights")
    return VQVAE(inward, outward, quantizer, likelihood(configuration["likelihood"]), configuration["commitment"])


def _squared_distance(one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.square(one - other), axis=(1, 2, 3))
