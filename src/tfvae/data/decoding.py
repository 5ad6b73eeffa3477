"""One picture file, as pixels of a given shape; whatever is wrong with it is one message that names the file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from tfvae.errors import Refused

Fit = Literal["crop", "pad"]
Bytes = NDArray[np.uint8]
ALLOWED = "from 8 to 10,000"
"""The rows and columns of a picture, in words."""

_SMALLEST, _LARGEST = 8, 10_000
_MODES = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB"}  # of Pillow, and what they become without loss
_WITH_ALPHA = ("LA", "RGBA", "PA")
_PNG_DEPTH = 24  # the place of the bits per channel in a PNG file, of which Pillow drops half in silence


def read_picture(path: Path, shape: Sequence[int], fit: Fit) -> Bytes:
    """Return a picture as (H, W, C) uint8, see `tfvae.data.pictures.load_pictures`; else Refused."""
    with reading(path), path.open("rb") as file:
        head = file.read(_PNG_DEPTH + 1)
        file.seek(0)
        if not head:
            raise Refused(f"{path}: this file is empty")
        with Image.open(file) as image:
            _check_picture(path, image, head)
            image.load()
            return brought(_without_alpha(path, ImageOps.exif_transpose(image)), shape, fit)


def fits(sizes: Sequence[int]) -> bool:
    """Return whether a picture may have so many rows and columns."""
    return all(_SMALLEST <= size <= _LARGEST for size in sizes)


def _check_picture(path: Path, image: Image.Image, head: bytes) -> None:
    if not fits(image.size):
        width, height = image.size
        raise Refused(f"{path}: a picture has {ALLOWED} rows and columns. Received: {width}x{height} pixels")
    if getattr(image, "n_frames", 1) > 1:
        raise Refused(f"{path}: this picture moves, or has pages; save one of them as a picture of its own")
    is_deep = image.format == "PNG" and head[_PNG_DEPTH] == 16
    if is_deep or image.mode not in {*_MODES, *_WITH_ALPHA}:
        found = "16 bits per channel" if is_deep else f"the mode {image.mode}"
        raise Refused(f"{path}: grey or RGB values of 8 bits are needed; convert it. Received: {found}")


def _without_alpha(path: Path, image: Image.Image) -> Image.Image:
    """Return a picture as grey or RGB; one that shows its background has no colours of its own."""
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        whole = image.convert("RGBA")
        if whole.getchannel("A").getextrema() != (255, 255):
            raise Refused(f"{path}: parts of this picture are transparent; put it on a background, and save it without")
        return whole.convert("L" if image.mode in ("L", "LA") else "RGB")
    return image.convert(_MODES[image.mode])


def brought(image: Image.Image, shape: Sequence[int], fit: Fit) -> Bytes:
    """Return a picture, grey or RGB, in a shape (H, W, C); one that has its size keeps every pixel."""
    height, width, channels = shape
    image = image.convert("L" if channels == 1 else "RGB")
    if image.size != (width, height):
        bring = ImageOps.fit if fit == "crop" else ImageOps.pad
        image = bring(image, (width, height), Image.Resampling.LANCZOS)
    return np.asarray(image, np.uint8).reshape(height, width, channels)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise Refused, naming the file, in place of whatever its content raises."""
    try:
        yield
    except Refused as error:
        raise error if str(error).startswith(str(path)) else Refused(f"{path}: {error}") from error
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or _in_words(error)}") from error
    except Exception as error:  # what reads pictures and archives raises a dozen classes on broken files
        raise Refused(f"{path}: {_in_words(error)}") from error


def _in_words(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "this is no picture, whatever its name says"
    return f"it cannot be read: {' '.join(str(error).split()).rstrip('.') or type(error).__name__}"
