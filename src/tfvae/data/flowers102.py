"""Oxford Flowers 102: 8,189 photographs of 102 kinds of flowers (Nilsback & Zisserman, 2008, ICVGIP).

https://www.robots.ox.ac.uk/~vgg/data/flowers/102/ offers an archive of JPEG files and two files of MATLAB: the label of
each image, and the numbers of the images of each part. The archive is never unpacked to disk: its members are read in
memory, and one that is no image by its name and type is refused, whatever it points to.
"""

import io
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.io import loadmat

from tfvae.data.dataset import Dataset
from tfvae.data.fetching import DatasetUnavailable, Source, fetch, verified
from tfvae.errors import Refused

SOURCE = Source(
    dataset="flowers102",
    mirrors=("https://www.robots.ox.ac.uk/~vgg/data/flowers/102/",),
    # The published MD5s, of the files as they are: the archive's is not that of its uncompressed content.
    checksums={
        "102flowers.tgz": "52808999861908f626f3c1f4e79d11fa",
        "imagelabels.mat": "e0620be6f572b9609742df49c70aed4d",
        "setid.mat": "a5357ecc9cb78c4bef273ce3793fc85c",
    },
    suffix="",
    as_is=True,
)

SIZE = 96
"""Height and width of the images; `tfvae.data.photographs` makes smaller ones of them."""

_MEMBER = re.compile(r"(?:\./)?jpg/image_(\d{5})\.jpg")
_LARGEST_FILE = 2**24  # bytes; the largest image takes less than 2**20
_LARGEST_IMAGE = 2**24  # pixels
Content = TypeVar("Content")
Bytes = NDArray[np.uint8]


def load(path: Path | None = None) -> Dataset:
    """Load the official training and test parts, 1,020 and 6,149 images (N, 96, 96, 3), classes 0-101.

    An image is the central square of its photograph, reduced by averaging. The 1,020 images of the validation part are
    left out. `path` may be a folder with the three files; see `tfvae.data.load`.
    """

    def parsed(name: str, parse: Callable[[bytes], Content]) -> Content:
        return fetch(SOURCE, name, lambda content, checksum: parse(verified(content, checksum)), path)

    images = parsed("102flowers.tgz", read_archive)
    labels = parsed("imagelabels.mat", lambda content: _numbers(content, "labels"))
    train, test = parsed("setid.mat", lambda content: (_numbers(content, "trnid"), _numbers(content, "tstid")))
    if len(labels) != len(images) or max(train.max(), test.max()) > len(images):
        raise DatasetUnavailable(
            f"The files of the dataset flowers102 do not belong together: {len(images)} images, {len(labels)} labels, "
            f"and numbers up to {max(train.max(), test.max())} in the parts"
        )
    classes = (labels - 1).astype(np.uint8)
    return Dataset("flowers102", images[train - 1], classes[train - 1], images[test - 1], classes[test - 1])


def read_archive(content: bytes) -> Bytes:
    """Return the images (N, 96, 96, 3) of an archive, in the order of their numbers, which are 1 to N.

    Raises:
        Refused: if it is no gzipped archive, if a member is neither a folder nor an image `jpg/image_00001.jpg` (a
            link, a device, a path to elsewhere), or if a number is missing or there twice.
    """
    images: dict[int, Bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                if member.isdir() and re.fullmatch(r"(\./)?(jpg)?/?|\.", member.name):
                    continue
                name = _MEMBER.fullmatch(member.name)
                if not member.isreg() or name is None or member.size > _LARGEST_FILE or int(name[1]) in images:
                    raise Refused(
                        f"refused a member of the archive that is no image jpg/image_<number>.jpg, too large or there "
                        f"twice: {member.name!r}, type {member.type!r}, {member.size} bytes"
                    )
                file = archive.extractfile(member)
                images[int(name[1])] = _central_square(file.read() if file else b"")
    except (tarfile.TarError, EOFError, OSError) as error:  # PIL and gzip raise subclasses of OSError
        raise Refused(f"damaged archive ({error})") from error
    if not images or sorted(images) != list(range(1, len(images) + 1)):
        raise Refused(f"the archive must hold the images 1 to N. Received: {len(images)}, with gaps")
    return np.stack([images[number] for number in sorted(images)])


def _central_square(content: bytes) -> Bytes:
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
        width, height = picture.size
        if min(width, height) < SIZE or width * height > _LARGEST_IMAGE:
            raise Refused(f"refused an image of {width}x{height} pixels")
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        square = picture.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BOX, (left, top, left + side, top + side))
        return np.asarray(square, np.uint8)


def _numbers(content: bytes, name: str) -> NDArray[np.int64]:
    """Return the vector `name` of a MATLAB file: whole numbers from 1."""
    try:
        vector = np.asarray(loadmat(io.BytesIO(content), variable_names=[name])[name], np.int64).ravel()
    except Exception as error:  # loadmat raises whatever a broken file makes its parts raise
        raise Refused(f"no MATLAB file with {name!r} ({error})") from error
    if vector.size == 0 or vector.min() < 1:
        raise Refused(f"{name!r} must hold numbers from 1")
    return vector
