"""Choices of the images for each step: functions of the step, computed for a whole period before its loop starts.

Each strategy is a function (steps, size, batch_size, key) -> indices (S, batch_size) int32, where `steps` (S,) int32
counts from 0 over the whole training, `size` is the number of images and `key` an int32 scalar that stands for (seed,
purpose). A step's batch depends on that step alone, not on the other entries of `steps`. Every batch is full, so that a
loop is compiled once.
"""

from collections.abc import Callable

from tfvae.backend import tf

Batches = Callable[[tf.Tensor, int, int, tf.Tensor], tf.Tensor]


def shuffled(steps: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """Every image once per epoch, in an order of its own each epoch; a batch may straddle two epochs."""
    positions = _positions(steps, batch_size)
    epochs = tf.cast(positions // size, tf.int32)
    first, last = tf.reduce_min(epochs), tf.reduce_max(epochs)

    def order(epoch: tf.Tensor) -> tf.Tensor:
        drawn = tf.random.stateless_uniform((size,), tf.stack([key, epoch]), None, None, tf.int64)
        return tf.argsort(drawn, stable=True)

    orders = tf.map_fn(order, tf.range(first, last + 1))
    return tf.gather_nd(orders, tf.stack([epochs - first, tf.cast(positions % size, tf.int32)], axis=-1))


def cyclic(steps: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """The stored order, wrapping around at the end."""
    del key  # the order is fixed
    return tf.cast(_positions(steps, batch_size) % size, tf.int32)


def strict(steps: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """The stored order cut into full batches, the remainder dropped, over and over."""
    del key  # the order is fixed
    return _slices(steps % (size // batch_size), batch_size)


def random_slices(steps: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """One of the fixed full slices of the stored order, drawn anew each step with replacement."""
    return _slices(_drawn(steps, (), size // batch_size, key), batch_size)


def independent(steps: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """Images drawn uniformly with replacement."""
    return _drawn(steps, (batch_size,), size, key)


BATCHES: dict[str, Batches] = {
    "shuffled": shuffled,
    "cyclic": cyclic,
    "strict": strict,
    "random_slices": random_slices,
    "independent": independent,
}


def _drawn(steps: tf.Tensor, shape: tuple[int, ...], limit: int, key: tf.Tensor) -> tf.Tensor:
    """Return integers below `limit`, (S, *shape), those of a step drawn by its own seed."""
    return tf.map_fn(lambda step: tf.random.stateless_uniform(shape, tf.stack([key, step]), 0, limit, tf.int32), steps)


def _positions(steps: tf.Tensor, batch_size: int) -> tf.Tensor:
    """Return the batches' positions in the endless row of images, in 64 bits, since they grow beyond 32."""
    return tf.cast(steps, tf.int64)[:, None] * batch_size + tf.range(batch_size, dtype=tf.int64)


def _slices(numbers: tf.Tensor, batch_size: int) -> tf.Tensor:
    return numbers[:, None] * batch_size + tf.range(batch_size)
