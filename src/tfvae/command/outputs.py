"""What a command writes: arrays, tables, pictures; each file or folder is whole or absent."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tfvae.atomic import replace_file
from tfvae.errors import Refused
from tfvae.folders import check_new, new_folder
from tfvae.images import Images, to_bytes

MOST_ON_A_SHEET = 2500
_GAP = 2


def kind_of(path: Path, allowed: Sequence[str]) -> str:
    """Return how a command writes to a path, by its ending: one of those allowed; "" stands for a new folder.

    Raises:
        Refused: if it has another ending, its folder is missing, or a folder is there that is not empty.
    """
    kind = path.suffix.lower()
    if kind not in allowed:
        endings = ", ".join(ending or "none, for a folder" for ending in allowed)
        raise Refused(f"{path}: the ending says what is written: {endings}. Received: {kind or 'none'}")
    if not path.parent.is_dir():
        raise Refused(f"{path}: make the folder {path.parent} first")
    if kind and path.is_dir():
        raise Refused(f"{path}: this is a folder; name a file")
    if not kind:
        check_new(path)
    return kind


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays as `.npz`, whose bytes depend on the arrays alone."""
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    replace_file(path, buffer.getvalue())


def write_csv(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns as CSV, numbers in nine significant digits (float32 needs no more)."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{value:.9g}" if isinstance(value, float | np.floating) else value for value in row])
    replace_file(path, text.getvalue().encode())


def json_text(content: Any) -> str:
    """Return JSON, indented for people."""
    return json.dumps(content, indent=2, allow_nan=False)


def write_sheet(path: Path, rows: NDArray[np.uint8]) -> None:
    """Write a grid of images (rows, columns, H, W, C) as one PNG."""
    from tfvae.plotting.images import tile

    replace_file(path, _png(tile(rows, _GAP)))


def as_rows(images: Images, columns: int) -> NDArray[np.uint8]:
    """Return images (N, H, W, C) in rows (rows, columns, H, W, C), the last one filled with white images.

    Raises:
        Refused: if they are too many for one picture.
    """
    from tfvae.plotting.images import in_rows

    if len(images) > MOST_ON_A_SHEET:
        advice = f"a sheet shows at most {MOST_ON_A_SHEET:,} images; write a folder of pictures, or .npz"
        raise Refused(f"{advice}. Received: {len(images):,}")
    return in_rows(images, columns)


def write_pictures(folder: Path, images: Images, names: Sequence[str]) -> None:
    """Write a new folder with a PNG `<name>.png` for each image (N, H, W, C)."""
    with new_folder(folder) as partial:
        for name, image in zip(names, to_bytes(images), strict=True):
            (partial / f"{name}.png").write_bytes(_png(image[..., 0] if image.shape[-1] == 1 else image))


def numbers(count: int) -> list[str]:
    """Return the names of so many pictures, which sort in their order: "000", "001" ... for up to a thousand."""
    digits = max(3, len(str(count - 1)))
    return [f"{row:0{digits}d}" for row in range(count)]


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()
