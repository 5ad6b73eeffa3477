"""IDX files, the format of MNIST (Y. LeCun, C. Cortes, C. J. C. Burges) and of the datasets that took its place.

An IDX file is two zero bytes, a byte for the type of its values (8: unsigned byte), a byte for the number of
dimensions, each dimension as a big-endian 32-bit integer, then the values in row-major order.
"""

import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tfvae.data.dataset import Dataset
from tfvae.data.fetching import Source, fetch, verified
from tfvae.errors import Refused

_UNSIGNED_BYTE = 8


def load_dataset(source: Source, path: Path | None) -> Dataset:
    """Load a dataset that consists of MNIST's four IDX files.

    Args:
        source: the addresses and checksums of the four files, under MNIST's file names.
        path: a folder with the files, or None.

    Returns:
        The dataset, with images (N, H, W, 1).

    Raises:
        DatasetUnavailable: if a file cannot be had.
    """

    def images(name: str) -> NDArray[np.uint8]:
        return parse(fetch(source, name, verified, path), ndim=3)[..., np.newaxis]

    def labels(name: str) -> NDArray[np.uint8]:
        return parse(fetch(source, name, verified, path), ndim=1)

    return Dataset(
        name=source.dataset,
        x_train=images("train-images-idx3-ubyte"),
        y_train=labels("train-labels-idx1-ubyte"),
        x_test=images("t10k-images-idx3-ubyte"),
        y_test=labels("t10k-labels-idx1-ubyte"),
    )


def parse(content: bytes, ndim: int) -> NDArray[np.uint8]:
    """Parse an uncompressed IDX file of unsigned bytes.

    Args:
        content: the whole file.
        ndim: the number of dimensions that it must have, at least 1 (3 for images, 1 for labels).

    Returns:
        An array (writable, in memory of its own) of the shape that the file states.

    Raises:
        Refused: if the file is not of this type, has another number of dimensions, or is longer or shorter than its
            header says.
    """
    magic = bytes([0, 0, _UNSIGNED_BYTE, ndim])
    if content[:4] != magic:
        raise Refused(
            f"an IDX file of unsigned bytes in {ndim} dimensions begins with {magic.hex()}. "
            f"Received: {content[:4].hex() or 'an empty file'}"
        )
    header = 4 + 4 * ndim
    if len(content) < header:
        raise Refused(f"the header of this IDX file takes {header} bytes. Received: {len(content)} bytes")
    shape = struct.unpack(f">{ndim}I", content[4:header])
    expected = header + math.prod(shape)
    if len(content) != expected:
        raise Refused(f"an IDX file of shape {shape} has {expected} bytes. Received: {len(content)} bytes")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape).copy()
