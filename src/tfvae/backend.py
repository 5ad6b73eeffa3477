"""TensorFlow and Keras, which no other module imports, so that no setting of the user's reaches a network.

A user's `keras.json`, and what their program sets by `keras.config`, stay theirs: `layers` leave none of it to Keras.
"""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

from tfvae.errors import Refused

_NEEDED = "tfvae needs Keras with TensorFlow as its backend: set KERAS_BACKEND=tensorflow before Keras is imported"


@contextmanager
def _with_tensorflow() -> Iterator[None]:
    """Let Keras be imported with TensorFlow as its backend, also where `keras.json` names another one."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        raise Refused(f"{_NEEDED}. Received: KERAS_BACKEND={backend!r}")
    os.environ["KERAS_BACKEND"] = backend
    try:
        yield
    except Exception as error:  # of whatever kind a damaged file makes it
        frames = [frame.f_globals for frame, _ in traceback.walk_tb(error.__traceback__)]
        for path in (names["_config_path"] for names in frames if "_config_path" in names):
            raise Refused(
                f"Keras cannot read its settings: mend or remove {path}, or unset what begins with KERAS_. "
                f"Received: {error}"
            ) from error
        raise


with _with_tensorflow():
    import keras
    import tensorflow as tf

if keras.config.backend() != "tensorflow":
    raise Refused(f"{_NEEDED}. Received: Keras was imported with the backend {keras.config.backend()!r}")

# The layers of Keras with all that it would take from the user's settings: images are (B, H, W, C), and what does not
# say otherwise computes in float32.
_plain = partial(partial, dtype="float32")
_of_images = partial(_plain, data_format="channels_last")
layers = SimpleNamespace(
    AveragePooling2D=_of_images(keras.layers.AveragePooling2D),
    Conv2D=_of_images(keras.layers.Conv2D),
    Conv2DTranspose=_of_images(keras.layers.Conv2DTranspose),
    Dense=_plain(keras.layers.Dense),
    Embedding=_plain(keras.layers.Embedding),
    Flatten=_of_images(keras.layers.Flatten),
    Input=_plain(keras.layers.Input),
    MaxPooling2D=_of_images(keras.layers.MaxPooling2D),
    Reshape=_plain(keras.layers.Reshape),
)

__all__ = ["keras", "layers", "tf"]
