"""Features and class probabilities of images, in batches, as NumPy arrays."""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

_BATCH = 500
Floats = NDArray[np.float32]


class FeatureExtractor:
    """What a classifier says of images; holds its compiled function.

    Args:
        classifier: a network with outputs [features (B, F), logits (B, K)].
    """

    def __init__(self, classifier: keras.Model) -> None:
        self._width = int(classifier.outputs[0].shape[-1])

        def evaluate(images: tf.Tensor) -> tf.Tensor:
            features, logits = classifier(images)
            return tf.concat([features, tf.nn.softmax(logits)], axis=1)

        self._evaluate = tf.function(evaluate)

    def __call__(self, images: NDArray[np.generic]) -> tuple[Floats, Floats]:
        """Return features (N, F) and class probabilities (N, K) of images (N, H, W, C).

        uint8 images are divided by 255; floating-point ones are taken to lie in [0, 1] already.
        """
        scale = np.float32(255.0 if images.dtype == np.uint8 else 1.0)
        batches = (images[start : start + _BATCH].astype(np.float32) / scale for start in range(0, len(images), _BATCH))
        both = np.concatenate([self._evaluate(tf.constant(batch)).numpy() for batch in batches])
        return both[:, : self._width], both[:, self._width :]
