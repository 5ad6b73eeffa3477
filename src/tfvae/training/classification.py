"""Training of the classifier, in the compiled loop that models share."""

from numpy.typing import ArrayLike

from tfvae import randomness
from tfvae.arguments import as_count, as_labels, as_number
from tfvae.backend import keras, tf
from tfvae.images import as_images, to_floats
from tfvae.training.rates import half_cosine
from tfvae.training.steps import POSITIVE, Steps


class ClassifierTrainer(Steps):
    """Trains a classifier in place with Adam on the cross-entropy.

    The learning rate falls to zero along half a cosine, which averages out the noise of the last steps.

    Args:
        model: a network of `tfvae.networks.classifier`, [features, logits]; its layer "logits" is the last one.
        images: (N, H, W, C), see `tfvae.images.as_images`, of the shape that the network takes.
        labels: (N,) integers, of the classes that the network tells apart.
        steps, learning_rate: of the whole training, at least 0, and at the first step, above 0.
        dropout: share of features set to zero before the last layer, in [0, 1).
        seed: keys batches and dropout.

    Raises:
        Refused: if there are fewer images than a batch holds, or an argument is not as described.
    """

    terms = 1

    def __init__(
        self,
        model: keras.Model,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        steps: int,
        batch_size: int,
        learning_rate: float,
        dropout: float,
        seed: int,
    ) -> None:
        key = randomness.key(seed, "classifier batches")[0]
        pixels, self._last_layer = as_images(images, shape=model.input_shape[1:]), model.get_layer("logits")
        classes = as_labels(labels, count=len(pixels), num_classes=self._last_layer.units)
        self.steps, self.seed = as_count(steps, "steps", 0), seed
        self.learning_rate = as_number(learning_rate, "learning_rate", POSITIVE)
        super().__init__(model, size=len(pixels), batch_size=batch_size, batch_key=key, steps=self.steps)
        self.dropout = as_number(dropout, "dropout", "[0, 1)")
        self._images, self._labels = tf.constant(pixels), tf.constant(classes.astype("int32"))
        self._dropout_key = tf.constant(randomness.key(seed, "classifier dropout")[0], tf.int32)

    def run(self, steps: int) -> float:
        """Train for `steps` more steps, see `Steps.advance`, and return their mean loss, in nats."""
        return float(self.advance(steps, f"classifier, seed {self.seed}")[0])

    def one_step(self, indices: tf.Tensor, step: tf.Tensor, fit: tf.Tensor) -> tf.Tensor:
        """Take one step and return its loss, (1,)."""
        del fit  # dropout is drawn anew at every step
        batch = to_floats(tf.gather(self._images, indices))
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
