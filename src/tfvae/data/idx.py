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
    """Load a dataset of images (N, H, W, 1) that consists of four IDX files under MNIST's names; see `tfvae.data.load`.

    Raises:
        DatasetUnavailable: if a file cannot be had.
    """

    def split(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        images = parse(fetch(source, f"{name}-images-idx3-ubyte", verified, path), ndim=3)
        return images[..., np.newaxis], parse(fetch(source, f"{name}-labels-idx1-ubyte", verified, path), ndim=1)

    return Dataset(source.dataset, *split("train"), *split("t10k"))


def parse(content: bytes, ndim: int) -> NDArray[np.uint8]:
    """Parse an uncompressed IDX file of unsigned bytes in `ndim` dimensions (3 for images, 1 for labels).

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
