"""The loop that tutorials and notebooks show: a Keras model with its own `train_step`, `fit` over `tf.data`.

Keras's defaults hold: float32, all cores, a compiled step, no XLA on a CPU. What is timed is an epoch as Keras delimits
it for callbacks; `fit`'s own preparations are left out.
"""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from benchmarks.architectures import ARCHITECTURES, BATCH_SIZE, IMAGE_SHAPE, LATENT_DIM, LEARNING_RATE
from benchmarks.protocol import Handler, Stopwatch, serve

_SHUFFLE_BUFFER = 1024


def networks(name: str) -> tuple[Any, Any]:
    """Return encoder and decoder of plain Keras layers."""
    from keras import Input, Sequential, layers

    description = ARCHITECTURES[name]
    if name == "mlp":
        encoder = [layers.Flatten(), *(layers.Dense(units, activation="relu") for units in description["encoder"])]
        decoder = [layers.Dense(units, activation="relu") for units in description["decoder"]]
        decoder += [layers.Dense(28 * 28, activation="sigmoid"), layers.Reshape(IMAGE_SHAPE)]
    else:
        encoder = [
            layers.Conv2D(layer["filters"], layer["kernel"], layer["stride"], activation="relu")
            for layer in description["encoder"]
        ]
        encoder.append(layers.Flatten())
        height, width, channels = description["decoder"]["reshape"]
        decoder = [
            layers.Dense(height * width * channels, activation="relu"),
            layers.Reshape((height, width, channels)),
        ]
        decoder += [
            layers.Conv2DTranspose(layer["filters"], layer["kernel"], padding="same", activation="relu")
            for layer in description["decoder"]["layers"]
        ]
        decoder.append(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    head = layers.Dense(2 * LATENT_DIM)
    return Sequential([Input(IMAGE_SHAPE), *encoder, head]), Sequential([Input((LATENT_DIM,)), *decoder])


def build(name: str) -> Any:
    """Return the compiled model."""
    import keras
    import tensorflow as tf

    class NotebookVAE(keras.Model):
        def __init__(self, encoder: Any, decoder: Any) -> None:
            super().__init__()
            self.encoder, self.decoder = encoder, decoder
            self.loss_tracker = keras.metrics.Mean(name="loss")

        def train_step(self, images: Any) -> dict[str, Any]:
            with tf.GradientTape() as tape:
                mean, log_variance = tf.split(self.encoder(images, training=True), 2, axis=1)
                latents = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
                decoded = self.decoder(latents, training=True)
                error = tf.reduce_mean(tf.reduce_sum(tf.square(images - decoded), axis=(1, 2, 3)))
                kl = 0.5 * tf.reduce_sum(tf.exp(log_variance) + tf.square(mean) - 1.0 - log_variance, axis=1)
                loss = error + tf.reduce_mean(kl)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            self.loss_tracker.update_state(loss)
            return {"loss": self.loss_tracker.result()}

    model = NotebookVAE(*networks(name))
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE))
    return model


def prepare(options: Mapping[str, Any]) -> tuple[Handler, dict[str, Any]]:
    """Build the model, train it for one step, and return what trains it for a round."""
    watch = Stopwatch()
    import keras
    import numpy as np
    import tensorflow as tf

    watch.lap("import")
    images = np.load(options["images"]).astype(np.float32) / 255.0
    model = build(options["network"])
    watch.lap("build")

    class EpochTimer(keras.callbacks.Callback):
        seconds = 0.0

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.start = perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds += perf_counter() - self.start

    def train(request: Mapping[str, Any]) -> dict[str, Any]:
        left, done, timer = request["steps"], 0, EpochTimer()
        while left > 0:
            steps = min(left, len(images) // BATCH_SIZE)
            data = tf.data.Dataset.from_tensor_slices(images[: steps * BATCH_SIZE]).shuffle(_SHUFFLE_BUFFER)
            data = data.batch(BATCH_SIZE, drop_remainder=True).prefetch(tf.data.AUTOTUNE)
            model.fit(data, epochs=1, verbose=0, callbacks=[timer])
            left, done = left - steps, done + steps
        return {"images": done * BATCH_SIZE, "seconds": timer.seconds}

    train({"steps": 1})
    watch.lap("first_step")
    return train, watch.seconds


if __name__ == "__main__":
    serve(prepare)
