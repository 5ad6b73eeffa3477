"""Pictures inside a page, as data URIs: the same bytes for the same picture."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GAP_SHADE = 128  # of the lines between images, visible beside black and beside white


@dataclass(frozen=True)
class Picture:
    """A picture as a data URI, its size in pixels, and the relative address of its file, "" without one."""

    uri: str
    width: int
    height: int
    href: str = ""


def from_png(content: bytes, href: str, quality: int | None = None) -> Picture:
    """Return a figure, packed anew without loss, in three quarters of the bytes.

    With a `quality` from 0 to 100 it may lose detail where that is smaller: grids of grey images shrink to a fifth.
    """
    with Image.open(io.BytesIO(content)) as image:
        pixels = image.convert("RGB")
    packed = [_webp(pixels, href, lossless=True)]
    if quality is not None:
        packed.append(_webp(pixels, href, quality=quality))
    return min(packed, key=lambda picture: len(picture.uri))


def from_pixels(pixels: NDArray[np.uint8], *, quality: int) -> Picture:
    """Return an array (H, W) or (H, W, 1 or 3), uint8, as a picture; `quality` from 0 to 100 loses some detail."""
    flat = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels
    return _webp(Image.fromarray(flat).convert("RGB"), "", quality=quality)


def framed(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n * n, H, W, C) as one, (n (H + 2), n (W + 2), C), with a line around each; else ValueError."""
    side = int(np.sqrt(len(images)))
    if side * side != len(images):
        raise ValueError(f"framed needs a square number of images. Received: {len(images)}")
    return tiled(np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=GAP_SHADE).reshape(
        side, side, images.shape[1] + 2, images.shape[2] + 2, images.shape[3]
    ))  # fmt: skip


def tiled(grid: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (rows, columns, H, W, C) as one image (rows * H, columns * W, C)."""
    rows, columns, height, width, channels = grid.shape
    return grid.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)


def film(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return frames (S, n * n, H, W, C) side by side, each a square of its images: (h, S * h, C)."""
    return np.concatenate([framed(images) for images in frames], axis=1)


def _webp(image: Image.Image, href: str, **settings: bool | int) -> Picture:
    packed = io.BytesIO()
    image.save(packed, "WEBP", method=6, **settings)
    uri = f"data:image/webp;base64,{base64.b64encode(packed.getvalue()).decode()}"
    return Picture(uri, image.width, image.height, href)
