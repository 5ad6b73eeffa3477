"""Which images a step sees: functions of the step, computed inside the compiled loop.

Each strategy is a function (step, size, batch_size, key) -> indices (batch_size,) int32, where `step` is an int32
scalar that counts from 0 over the whole training, `size` the number of images and `key` an int32 scalar that stands
for (seed, purpose). Every batch is full, so that a loop is compiled once.
"""

from collections.abc import Callable

import tensorflow as tf

Batches = Callable[[tf.Tensor, int, int, tf.Tensor], tf.Tensor]
_ROUNDS = 4


def shuffled(step: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """Every image once per epoch, in an order of its own each epoch; a batch may straddle two epochs.

    The order is a keyed bijection of the positions, so nothing is stored and any step can be computed alone.
    """
    epoch_of_step, start = _start(step, size, batch_size)
    position = start + tf.range(batch_size)
    return tf.where(
        position < size,
        _permute(position % size, size, key, epoch_of_step),
        _permute(position % size, size, key, epoch_of_step + 1),
    )


def cyclic(step: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """The stored order, wrapping around at the end."""
    del key  # the order is fixed
    return (_start(step, size, batch_size)[1] + tf.range(batch_size)) % size


def strict(step: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """The stored order cut into full batches, the remainder dropped, over and over."""
    del key  # the order is fixed
    return (step % (size // batch_size)) * batch_size + tf.range(batch_size)


def random_slices(step: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """One of the fixed full slices of the stored order, drawn anew each step with replacement."""
    draw = tf.random.stateless_uniform((), tf.stack([key, step]), 0, size // batch_size, tf.int32)
    return draw * batch_size + tf.range(batch_size)


def independent(step: tf.Tensor, size: int, batch_size: int, key: tf.Tensor) -> tf.Tensor:
    """Images drawn uniformly with replacement."""
    return tf.random.stateless_uniform((batch_size,), tf.stack([key, step]), 0, size, tf.int32)


BATCHES: dict[str, Batches] = {
    "shuffled": shuffled,
    "cyclic": cyclic,
    "strict": strict,
    "random_slices": random_slices,
    "independent": independent,
}


def _start(step: tf.Tensor, size: int, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the epoch and the position in it at which a step starts; 64 bits, since their product grows long."""
    position = tf.cast(step, tf.int64) * batch_size
    return tf.cast(position // size, tf.int32), tf.cast(position % size, tf.int32)


def _permute(index: tf.Tensor, size: int, key: tf.Tensor, epoch: tf.Tensor) -> tf.Tensor:
    """Map 0..size-1 onto itself, by a permutation that is a function of (key, epoch).

    Multiplying by an odd number, adding, and xor with the own upper half are bijections of the numbers of k bits; a
    value that lands beyond `size` is mapped again until it does not ("cycle walking", Black & Rogaway, 2002), which
    keeps the map a bijection.
    """
    bits = max(2, (size - 1).bit_length())
    mask, shift = tf.constant((1 << bits) - 1, tf.uint32), tf.constant((bits + 1) // 2, tf.uint32)
    drawn = tf.random.stateless_uniform((2, _ROUNDS), tf.stack([key, epoch]), None, None, tf.int32)
    constants = tf.bitcast(drawn, tf.uint32)

    def once(value: tf.Tensor) -> tf.Tensor:
        for r in range(_ROUNDS):
            value = tf.bitwise.bitwise_and(value * (constants[0, r] | 1) + constants[1, r], mask)
            value = tf.bitwise.bitwise_xor(value, tf.bitwise.right_shift(value, shift))
        return value

    limit = tf.constant(size, tf.uint32)
    walked = tf.while_loop(
        lambda value: tf.reduce_any(value >= limit),
        lambda value: [tf.where(value >= limit, once(value), value)],
        [once(tf.cast(index, tf.uint32))],
    )[0]
    return tf.cast(walked, tf.int32)
