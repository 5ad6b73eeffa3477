"""The thesis's small classifier: its features stand in for Inception's (chapter 6.1.2)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_count, as_shape
from tfvae.backend import keras, layers, tf
from tfvae.batching import in_batches
from tfvae.errors import Refused
from tfvae.images import as_images, to_floats

NUM_FEATURES = 64
Floats = NDArray[np.float32]


def classifier(image_shape: Sequence[int], num_classes: int) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to [features (B, 64), logits (B, num_classes)].

    The features are those after the ReLU of the first dense layer, where the thesis intercepts its network. Dropout
    (rate 0.5, between the two dense layers) belongs to training: see `tfvae.training.classification`.
    """
    num_classes = as_count(num_classes, "num_classes", 2)
    images = layers.Input(as_shape(image_shape))
    hidden = layers.MaxPooling2D()(layers.Conv2D(16, 3, activation="relu")(images))
    hidden = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(hidden))
    features = layers.Dense(NUM_FEATURES, activation="relu", name="features")(layers.Flatten()(hidden))
    logits = layers.Dense(num_classes, name="logits")(features)
    return keras.Model(images, [features, logits], name="classifier")


class FeatureExtractor:
    """Compiled function from images to the features and probabilities of a `classifier`."""

    def __init__(self, classifier: keras.Model) -> None:
        def evaluate(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            features, logits = classifier(images)
            return features, tf.nn.softmax(logits)

        self._evaluate, self._shape = tf.function(evaluate), classifier.input_shape[1:]

    def __call__(self, images: ArrayLike) -> tuple[Floats, Floats]:
        """Return features (N, F) and class probabilities (N, K) of images (N, H, W, C).

        For images see `tfvae.images.as_images`; their shape is that of those that the classifier was made for.
        """
        checked = as_images(images, shape=self._shape)
        features, probabilities = in_batches(lambda batch: self._evaluate(to_floats(batch)), checked)
        if not (np.isfinite(features).all() and np.isfinite(probabilities).all()):
            raise Refused("The classifier computes NaN or infinite values. Its weights are not finite, or too large")
        return features, probabilities
