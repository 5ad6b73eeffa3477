"""The thesis's small classifier, whose features stand in for Inception's (chapter 6.1.2)."""

from collections.abc import Sequence

import keras
from keras import layers

NUM_FEATURES = 64


def classifier(image_shape: Sequence[int], num_classes: int) -> keras.Model:
    """Return a network from images (B, H, W, C) in [0, 1] to [features (B, 64), logits (B, num_classes)].

    The features are those after the ReLU of the first dense layer, where the thesis intercepts its network. Dropout
    (rate 0.5, between the two dense layers) belongs to training: see `tfvae.training.classification`.
    """
    images = keras.Input(tuple(image_shape))
    hidden = layers.MaxPooling2D()(layers.Conv2D(16, 3, activation="relu")(images))
    hidden = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(hidden))
    features = layers.Dense(NUM_FEATURES, activation="relu", name="features")(layers.Flatten()(hidden))
    logits = layers.Dense(num_classes, name="logits")(features)
    return keras.Model(images, [features, logits], name="classifier")
