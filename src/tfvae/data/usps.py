"""USPS: 9,298 handwritten digits of US postal codes, 16x16 (Hull, 1994, https://doi.org/10.1109/34.291440).

The source is the copy of LIBSVM (https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html): text, one
image a line, "label index:value ...", where the label is the digit + 1, indices count from 1 in row order, and values
lie in [-1, 1] with three decimals; zeros are left out. One content can be written in many ways, so the SHA-256 of its
numbers identifies it.
"""

import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_svmlight_file

from tfvae.data.dataset import Dataset
from tfvae.data.fetching import Source, fetch
from tfvae.errors import Refused

SOURCE = Source(
    dataset="usps",
    mirrors=("https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/",),
    # Of 1000 * pixel (N, 256) as little-endian int16, followed by the digits (N,) as uint8.
    checksums={
        "usps": "64380a7ed4e64aee40c2d7ef7eb48294299bc6365fa3fb1516551e5c6b109900",
        "usps.t": "cc4220c7ce1d56b06a203fbe29dba377d11a83aca39e0fe6d1d546873b283da3",
    },
    suffix=".bz2",
)

_SIZE = 16
Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def load(path: Path | None = None) -> Dataset:
    """Load USPS: 7,291 training and 2,007 test images (N, 16, 16, 1), classes 0-9.

    A pixel v in [-1, 1], from background to ink, becomes (v + 1) 127.5, rounded; halves go to the even integer, so that
    v = 0 becomes 128. `path` may be a folder with the files `usps` and `usps.t`, compressed (`.bz2`, `.gz`) or not; see
    `tfvae.data.load`.
    """
    (x_train, y_train), (x_test, y_test) = (fetch(SOURCE, name, parse, path) for name in SOURCE.checksums)
    return Dataset("usps", x_train, y_train, x_test, y_test)


def parse(content: bytes, checksum: str) -> Arrays:
    """Return the images (N, 16, 16, 1) and digits (N,), both uint8, of a file, by the SHA-256 of its numbers.

    Raises:
        Refused: if the file is damaged or holds other numbers.
    """
    try:
        sparse, labels = load_svmlight_file(io.BytesIO(content), n_features=_SIZE**2, zero_based=False)
    except (ValueError, IndexError, OverflowError) as error:
        raise Refused(f"not {_SIZE}x{_SIZE} images in LIBSVM's format ({error})") from error
    thousandths = np.rint(1000 * sparse.toarray())
    # Written so that NaN fails too. It keeps the numbers below within their types.
    if not (np.abs(thousandths) <= 1000).all() or not np.isin(labels, np.arange(1, 11)).all():
        raise Refused(
            "pixels must lie in [-1, 1] and labels be integers from 1 to 10. Received: pixels from "
            f"{sparse.min():g} to {sparse.max():g}, labels from {labels.min():g} to {labels.max():g}"
        )
    digits = (labels - 1).astype(np.uint8)
    digest = hashlib.sha256(thousandths.astype("<i2").tobytes() + digits.tobytes()).hexdigest()
    if digest != checksum:
        raise Refused(f"wrong content ({len(digits)} images, SHA-256 {digest}, expected {checksum})")
    # Numerators are integers and 400 times the result, so a half is exact and rounded alike on every machine.
    images = np.rint((thousandths + 1000) * 51 / 400).astype(np.uint8)
    return images.reshape(-1, _SIZE, _SIZE, 1), digits
