"""Grids of codes drawn from a trained prior, in batches, as NumPy arrays.

A Gated PixelCNN draws one position after the other, but almost everything that a position needs was computed for
earlier ones: in every layer the last rows of the vertical stack, and the last positions of the horizontal stack in the
present row. The sampler caches these, so that drawing a grid costs about one evaluation of the network instead of one
per position (Ramachandran et al., 2017, https://arxiv.org/abs/1704.06001).
"""

import numpy as np
from numpy.typing import NDArray

from tfvae import batching, randomness
from tfvae.arguments import as_count
from tfvae.backend import tf
from tfvae.networks.gated_pixel_cnn import GatedPixelCNN

Codes = NDArray[np.int32]


class CodeSampler:
    """Draws grids of codes, height times width, from a trained prior; holds its compiled loop."""

    def __init__(self, prior: GatedPixelCNN, height: int, width: int) -> None:
        self._prior, self._height, self._width = prior, as_count(height, "height"), as_count(width, "width")
        self._draw = tf.function(self._rows)

    def __call__(self, count: int, seed: int, purpose: str = "codes") -> Codes:
        """Return `count` draws (count, H, W) int32, a function of (seed, purpose).

        Raises:
            Refused: if `count` is no whole number of at least one.
        """
        count = as_count(count, "count")
        keys = [randomness.key(seed, purpose, step)[0] for step in range(len(batching.batches(count)))]
        # Every batch is full, so that the loop is compiled once and the first draws do not depend on the count.
        return np.concatenate([self._draw(tf.constant(key, tf.int32)).numpy() for key in keys])[:count]

    def _rows(self, key: tf.Tensor) -> tf.Tensor:
        prior = self._prior
        # The last rows of each layer's vertical input: above the present row for the first layer, with it for others.
        above = [self._blank(prior.radius + 1, self._width) for _ in prior.stack]
        drawn = tf.TensorArray(tf.int32, self._height)
        for row in tf.range(self._height):
            above, linked = self._vertical(above)
            codes = self._columns(linked, key, row)
            above = [_push(above[0], prior.embedding(codes)[:, None], axis=1), *above[1:]]
            drawn = drawn.write(row, codes)
        return tf.transpose(drawn.stack(), (1, 0, 2))

    def _columns(self, linked: list[tf.Tensor], key: tf.Tensor, row: tf.Tensor) -> tf.Tensor:
        """Return the codes (B, W) of one row."""
        prior = self._prior
        # As above, with positions of the row in place of rows.
        left = [self._blank(1, prior.radius + 1) for _ in prior.stack]
        drawn = tf.TensorArray(tf.int32, self._width)
        for column in tf.range(self._width):
            left, logits = self._horizontal(left, [part[:, :, column, None] for part in linked])
            position = row * self._width + column
            codes = tf.random.stateless_categorical(logits, 1, tf.stack([key, position]), tf.int32)
            left = [_push(left[0], prior.embedding(codes)[:, None], axis=2), *left[1:]]
            drawn = drawn.write(column, codes[:, 0])
        return tf.transpose(drawn.stack())

    def _vertical(self, above: list[tf.Tensor]) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """Return the windows with the present row, and each layer's input to its horizontal stack."""
        windows, linked = [above[0]], []
        for position, layer in enumerate(self._prior.stack):
            vertical, to_right = layer.look_up(windows[position])
            linked.append(to_right)
            if position + 1 < len(above):
                windows.append(_push(above[position + 1], vertical, axis=1))
        return windows, linked

    def _horizontal(self, left: list[tf.Tensor], linked: list[tf.Tensor]) -> tuple[list[tf.Tensor], tf.Tensor]:
        """Return the windows with the present position, and its logits (B, K)."""
        windows, horizontal = [left[0]], left[0][:, :, -1:]
        for position, layer in enumerate(self._prior.stack):
            horizontal = layer.look_left(windows[position], linked[position], horizontal)
            if position + 1 < len(left):
                windows.append(_push(left[position + 1], horizontal, axis=2))
        return windows, self._prior.head(horizontal)[:, 0, 0]

    def _blank(self, rows: int, columns: int) -> tf.Tensor:
        return tf.zeros((batching.BATCH, rows, columns, self._prior.channels))


def _push(window: tf.Tensor, newest: tf.Tensor, axis: int) -> tf.Tensor:
    """Return the window moved on by one along an axis: without its oldest part, and with the newest at its end."""
    rest = window[:, 1:] if axis == 1 else window[:, :, 1:]
    return tf.concat([rest, tf.cast(newest, window.dtype)], axis)
