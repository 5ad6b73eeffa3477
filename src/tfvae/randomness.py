"""The only source of randomness: every draw is a function of (seed, purpose, step) and of nothing else.

There is no hidden state to advance, so neither the order of execution nor a stop and a resume changes a result. A
purpose names what the draw is for ("noise", "batches", "mixture"), so two uses of one seed never share their numbers.

The three values are hashed with BLAKE2b (https://www.rfc-editor.org/rfc/rfc7693): unlike `hash`, it is the same in
every process and on every machine, and neighbouring seeds give unrelated keys. A seed or a step is any integer; another
type is a TypeError, and an empty purpose is refused.
"""

import hashlib
import operator
import struct

import numpy as np

from tfvae.errors import Refused


def key(seed: int, purpose: str, step: int = 0) -> tuple[int, int]:
    """Return the key of a stateless draw, two int32 in the form that `tf.random.stateless_*` take as `seed`."""
    first, second = struct.unpack("<ii", _digest(seed, purpose, step, size=8))
    return first, second


def generator(seed: int, purpose: str, step: int = 0) -> np.random.Generator:
    """Return a fresh NumPy generator that is a function of (seed, purpose, step).

    The bit generator is Philox (Salmon et al., 2011, https://doi.org/10.1145/2063384.2063405), a counter-based one
    whose 128-bit key is the hash of the three values.
    """
    return np.random.Generator(np.random.Philox(key=int.from_bytes(_digest(seed, purpose, step, size=16), "little")))


def _digest(seed: int, purpose: str, step: int, size: int) -> bytes:
    if not purpose:
        raise Refused(f"The purpose of a draw must be a non-empty string. Received: purpose={purpose!r}")
    # operator.index refuses 1.0 and "1", which would otherwise hash to other keys than 1, and accepts NumPy integers.
    text = f"{operator.index(seed)}/{purpose}/{operator.index(step)}"
    return hashlib.blake2b(text.encode(), digest_size=size).digest()
