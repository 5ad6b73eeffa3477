"""Training of the classifier, in one compiled loop like the models'."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from tfvae import randomness
from tfvae.training.adam import Adam
from tfvae.training.batches import shuffled
from tfvae.training.rates import half_cosine


def train_classifier(
    model: keras.Model,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    dropout: float,
    seed: int,
) -> float:
    """Train `model` in place with Adam on the cross-entropy and return the mean loss of all steps, in nats.

    The learning rate falls to zero along half a cosine, which takes the noise of the last steps out of the features.

    Args:
        model: a network of `tfvae.networks.classifier`, [features, logits]; its layer "logits" is the last one.
        images: (N, H, W, C) uint8.
        labels: (N,) uint8.
        steps: number of steps.
        batch_size: images per step.
        learning_rate: at the first step.
        dropout: share of features set to zero before the last layer, in [0, 1).
        seed: keys batches and dropout.
    """
    data, targets = tf.constant(images), tf.constant(labels.astype("int32"))
    batch_key = tf.constant(randomness.key(seed, "classifier batches")[0], tf.int32)
    dropout_key = tf.constant(randomness.key(seed, "classifier dropout")[0], tf.int32)
    variables, last_layer = [variable.value for variable in model.trainable_variables], model.get_layer("logits")
    optimizer = Adam(variables)

    @tf.function
    def loop() -> tf.Tensor:
        total = tf.zeros(())
        for step in tf.range(steps):
            chosen = shuffled(step, len(images), batch_size, batch_key)
            batch = tf.cast(tf.gather(data, chosen), tf.float32) / 255.0
            with tf.GradientTape() as tape:
                features, _ = model(batch)
                uniform = tf.random.stateless_uniform(tf.shape(features), tf.stack([dropout_key, step]))
                kept = features * tf.cast(uniform >= dropout, tf.float32) / (1.0 - dropout)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.gather(targets, chosen), last_layer(kept))
                loss = tf.reduce_mean(losses)
            optimizer.apply(tape.gradient(loss, variables), step, half_cosine(step, learning_rate, steps))
            total += loss
        return total / tf.cast(steps, tf.float32)

    return float(loop())
