"""Training of the classifier, in the compiled loop that models share."""

import numpy as np
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.backend import keras, tf
from tfvae.training.rates import half_cosine
from tfvae.training.steps import Steps


class ClassifierTrainer(Steps):
    """Trains a classifier in place with Adam on the cross-entropy.

    The learning rate falls to zero along half a cosine, which averages out the noise of the last steps.

    Args:
        model: a network of `tfvae.networks.classifier`, [features, logits]; its layer "logits" is the last one.
        images, labels: (N, H, W, C) uint8 and (N,) uint8.
        steps, learning_rate: of the whole training, and at the first step.
        dropout: share of features set to zero before the last layer, in [0, 1).
        seed: keys batches and dropout.

    Raises:
        Refused: if there are fewer images than a batch holds.
    """

    terms = 1

    def __init__(
        self,
        model: keras.Model,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        *,
        steps: int,
        batch_size: int,
        learning_rate: float,
        dropout: float,
        seed: int,
    ) -> None:
        key = randomness.key(seed, "classifier batches")[0]
        super().__init__(model, size=len(images), batch_size=batch_size, batch_key=key)
        self.steps, self.learning_rate, self.dropout, self.seed = steps, learning_rate, dropout, seed
        self._images, self._labels = tf.constant(images), tf.constant(labels.astype("int32"))
        self._dropout_key = tf.constant(randomness.key(seed, "classifier dropout")[0], tf.int32)
        self._last_layer = model.get_layer("logits")

    def run(self, steps: int) -> float:
        """Train for `steps` more steps, see `Steps.advance`, and return their mean loss, in nats."""
        return float(self.advance(steps, f"classifier, seed {self.seed}")[0])

    def one_step(self, indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        """Take one step and return its loss, (1,)."""
        del fit  # dropout is drawn anew at every step
        batch = tf.cast(tf.gather(self._images, indices), tf.float32) / 255.0
        with tf.GradientTape() as tape:
            features, _ = self.model(batch)
            uniform = tf.random.stateless_uniform(tf.shape(features), tf.stack([self._dropout_key, step]))
            kept = features * tf.cast(uniform >= self.dropout, tf.float32) / (1.0 - self.dropout)
            labels = tf.gather(self._labels, indices)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, self._last_layer(kept))
            loss = tf.reduce_mean(losses)
        rate = half_cosine(step, self.learning_rate, self.steps)
        self.optimizer.apply(tape.gradient(loss, self.variables), step, rate)
        return loss[None]
