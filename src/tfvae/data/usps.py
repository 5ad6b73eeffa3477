"""USPS: 9,298 handwritten digits of US postal codes, 16x16 (Hull, 1994, https://doi.org/10.1109/34.291440).

The source is the copy of LIBSVM (https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html): text, one
image a line, "label index:value ...", where the label is the digit + 1, indices count from 1 in row order, and values
lie in [-1, 1] with three decimals; zeros are left out. One content can be written in many ways, so what identifies it
is the SHA-256 of the numbers that it says.
"""

import bz2
import gzip
import hashlib
import io
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_svmlight_file

from tfvae.data import fetching
from tfvae.data.dataset import Dataset

ADDRESS = "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/"
"""A file's own address is this with `<file>.bz2` appended."""

CHECKSUMS = {
    "usps": (
        "19278ce4e0242e481c6dd79ee608eac38d318df582628cd12bb841fdf0568f44",
        "ee5027fd47b76715ac18ca27e72fa1332bde98e0b8ce593b503bb2bdb6c03da0",
    ),
    "usps.t": (
        "9c748d6be2e9da7d29b975c23c281f30a623fe85d17554cdeb3081ad123882f6",
        "0b8b792b8ca1c5c704fd9d5bbd1b261623a359e6c8c65b23db428257beea7800",
    ),
}
"""For each file the SHA-256 of 1000 * pixel (N, 256) as little-endian int16, and of the digits (N,) as uint8."""

_SIZE = 16
Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def load(path: Path | None = None) -> Dataset:
    """Load USPS: 7,291 training and 2,007 test images (N, 16, 16, 1), classes 0-9.

    A pixel v in [-1, 1], from background to ink, becomes (v + 1) 127.5, rounded; halves go to the even integer, so that
    v = 0 becomes 128.

    Args:
        path: a folder with the files `usps` and `usps.t`, each compressed (`.bz2`, `.gz`) or not, or None; see
            `tfvae.data.load`.

    Raises:
        DatasetUnavailable: if a file cannot be had.
    """
    (x_train, y_train), (x_test, y_test) = (_fetch(name, path) for name in CHECKSUMS)
    return Dataset("usps", x_train, y_train, x_test, y_test)


def parse(received: bytes, checksums: tuple[str, str]) -> Arrays:
    """Return the images (N, 16, 16, 1) and digits (N,), both uint8, of a file.

    Args:
        received: the whole file, compressed by bzip2 or gzip, or not at all.
        checksums: of its pixels and of its digits, as in `CHECKSUMS`.

    Raises:
        ValueError: if the file is damaged or says other numbers.
    """
    content = _unpacked(received)
    try:
        sparse, labels = load_svmlight_file(io.BytesIO(content), n_features=_SIZE**2, zero_based=False)
    except (ValueError, IndexError, OverflowError) as error:
        raise ValueError(f"not {_SIZE}x{_SIZE} images in LIBSVM's format ({error})") from error
    thousandths = np.rint(1000 * sparse.toarray())
    # Written so that NaN fails too. It keeps the numbers below within their types.
    if not (np.abs(thousandths) <= 1000).all() or not np.isin(labels, np.arange(1, 11)).all():
        raise ValueError("pixels must lie in [-1, 1] and labels be integers from 1 to 10. Received: others")
    digits = (labels - 1).astype(np.uint8)
    numbers = (thousandths.astype("<i2").tobytes(), digits.tobytes())
    digests = tuple(hashlib.sha256(content).hexdigest() for content in numbers)
    if digests != checksums:
        raise ValueError(f"wrong content ({len(digits)} images, SHA-256 {digests}, expected {checksums})")
    # Numerators are integers and 400 times the result, so a half is exact and rounded alike on every machine.
    images = np.rint((thousandths + 1000) * 51 / 400).astype(np.uint8)
    return images.reshape(-1, _SIZE, _SIZE, 1), digits


def _unpacked(received: bytes) -> bytes:
    try:
        if received.startswith(b"BZh"):
            return bz2.decompress(received)
        return gzip.decompress(received) if received.startswith(b"\x1f\x8b") else received
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise ValueError(f"damaged or truncated file ({error})") from error


def _fetch(name: str, path: Path | None) -> Arrays:
    """Return the arrays of one file, from the places that `fetching.fetch` tries, in its order.

    `fetch` itself knows gzip files that have one true content, which these are not.
    """
    failures = []
    for file in _local_files(name, path):
        try:
            return parse(file.read_bytes(), CHECKSUMS[name])
        except FileNotFoundError:
            failures.append(f"{file}: no such file")
        except (OSError, ValueError) as error:
            failures.append(f"{file}: {error}")
            warnings.warn(f"ignoring a file of the dataset usps: {failures[-1]}", stacklevel=2)
    url = f"{ADDRESS}{name}.bz2"
    try:
        received = fetching._download(url)
        arrays = parse(received, CHECKSUMS[name])
    except (OSError, ValueError) as error:
        source = fetching.Source("usps", (ADDRESS,), dict.fromkeys(CHECKSUMS, ""))
        explanation = fetching._explanation(source, name, [*failures, f"{url}: {error}"])
        raise fetching.DatasetUnavailable(f"{explanation}\nThe official .bz2 files are accepted as well.") from error
    fetching._store(fetching.cache_directory("usps") / f"{name}.gz", _unpacked(received))
    return arrays


def _local_files(name: str, path: Path | None) -> Iterator[Path]:
    for file in fetching._local_files("usps", name, path):
        if file.suffix == ".gz":
            yield file.with_suffix(".bz2")
        yield file
