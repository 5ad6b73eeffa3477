"""The codebook of a vector-quantised VAE (van den Oord et al., 2017, https://arxiv.org/abs/1711.00937)."""

from tfvae.arguments import as_count, as_number, one_of
from tfvae.backend import keras, tf

UPDATES = ("average", "loss")


class VectorQuantizer(keras.layers.Layer):
    """Replaces latent vectors by the nearest of K code vectors, and moves the code vectors with the latents.

    With `update` "average" a code is the moving average of the latents that chose it (appendix A.1); with "loss" it is
    trained by the codebook term of the loss (eq. 3). In both cases `usage` is a moving average: the latents of a batch
    that choose each code. A code whose usage falls below `revival` times the mean is dead: it takes the place of a
    latent drawn at random from the batch. Since usage starts at zero, that also places all codes at the first step.

    Laplace smoothing of the usage, or another guard against a division by zero, is not needed: a code that is not dead
    was used.

    Args:
        codes: number of code vectors K, at least 2.
        latent_dim: their length D.
        update: "average" or "loss".
        decay: of the moving averages, in [0, 1).
        revival: share of the mean usage below which a code is dead, in (0, 1).

    Raises:
        Refused: if an argument is out of its range.
    """

    def __init__(
        self, codes: int, latent_dim: int, update: str = "average", decay: float = 0.99, revival: float = 0.03
    ) -> None:
        codes, latent_dim = as_count(codes, "codes", 2), as_count(latent_dim, "latent_dim")
        one_of(update, UPDATES, "update")
        as_number(decay, "decay", "[0, 1)")
        as_number(revival, "revival", "(0, 1)")
        super().__init__(name="quantizer", dtype="float32")
        self.built = True  # no weight depends on the input's shape
        self.codes, self.update, self.decay, self.revival = codes, update, decay, revival
        averaged = update == "average"
        self.codebook = self.add_weight(
            shape=(codes, latent_dim), initializer="zeros", trainable=not averaged, name="codebook"
        )
        self.usage = self.add_weight(shape=(codes,), initializer="zeros", trainable=False, name="usage")
        if averaged:
            self.sums = self.add_weight(shape=(codes, latent_dim), initializer="zeros", trainable=False, name="sums")

    def noise(self, rows: int, seed: tf.Tensor) -> tf.Tensor:
        """Return uniform noise (rows, K) in [0, 1), a function of `seed` (two int32) alone; see `revive`."""
        return tf.random.stateless_uniform((rows, self.codes), seed)

    def nearest(self, latents: tf.Tensor) -> tf.Tensor:
        """Return the index of the nearest code of latents (..., D), int32 (...); the first of equally near ones."""
        codebook = self.codebook.value
        # |z - e|^2 without |z|^2, which is the same for every code.
        distances = tf.reduce_sum(tf.square(codebook), axis=1) - 2.0 * tf.tensordot(latents, codebook, [[-1], [1]])
        return tf.argmin(distances, axis=-1, output_type=tf.int32)

    def vectors(self, codes: tf.Tensor) -> tf.Tensor:
        """Return the code vectors (..., D) of indices (...)."""
        return tf.gather(self.codebook.value, codes)

    def revive(self, latents: tf.Tensor, noise: tf.Tensor) -> None:
        """Move every dead code to a latent of the batch (B, h, w, D), by the noise's first row, with mean usage."""
        flat = tf.reshape(tf.stop_gradient(latents), (-1, latents.shape[-1]))
        count = tf.cast(tf.shape(flat)[0], tf.float32)
        mean = count / self.codes
        # A product of float32 may round up to `count` itself.
        chosen = tf.cast(tf.minimum(noise[0] * count, count - 1.0), tf.int32)
        dead = self.usage.value < self.revival * mean
        self.codebook.assign(tf.where(dead[:, None], tf.gather(flat, chosen), self.codebook.value))
        self.usage.assign(tf.where(dead, mean, self.usage.value))
        if self.update == "average":
            self.sums.assign(tf.where(dead[:, None], mean * self.codebook.value, self.sums.value))

    def follow(self, latents: tf.Tensor, codes: tf.Tensor) -> None:
        """Update the moving averages by the latents (B, h, w, D) of a batch and the codes (B, h, w) they chose."""
        flat = tf.reshape(tf.stop_gradient(latents), (-1, latents.shape[-1]))
        members = tf.one_hot(tf.reshape(codes, (-1,)), self.codes)
        self.usage.assign(self.decay * self.usage.value + (1.0 - self.decay) * tf.reduce_sum(members, axis=0))
        if self.update == "average":
            sums = tf.matmul(members, flat, transpose_a=True)
            self.sums.assign(self.decay * self.sums.value + (1.0 - self.decay) * sums)
            self.codebook.assign(tf.math.divide_no_nan(self.sums.value, self.usage.value[:, None]))
