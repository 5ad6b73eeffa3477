"""What a command reads: a model, images, labels."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from tfvae.data.decoding import read_picture, reading
from tfvae.errors import Refused
from tfvae.images import Images, as_images

PRETRAINED = Path("pretrained")
_ARRAYS = ("images", "x_test")
_LABELS = ("labels", "y_test")
_IGNORED = {"thumbs.db", "desktop.ini"}  # which systems leave in folders; names with a leading dot are ignored too
_GREY = {"1", "L", "LA"}  # modes of Pillow
_ORIENTATION, _TURNED = 0x0112, {5, 6, 7, 8}  # in EXIF: sides are exchanged


@dataclass(frozen=True)
class Given:
    """Images that a command was given.

    Attributes:
        pixels: (N, H, W, C), see `tfvae.images`.
        names: of the N pictures, in the order of the rows; the numbers of the rows of an array.
    """

    pixels: Images
    names: list[str]


def model_folder(name: str) -> Path:
    """Return the folder of a model, or that of its name in ./pretrained.

    Raises:
        Refused: if there is none.
    """
    for path in (Path(name), PRETRAINED / name):
        if path.is_dir():
            return path
    known = ", ".join(sorted(path.parent.name for path in PRETRAINED.glob("*/config.json")))
    found = f"the names in ./{PRETRAINED} are {known}" if known else f"there is no folder ./{PRETRAINED} of models"
    raise Refused(f"{name}: no folder of a model is there, and {found}")


def read_model(name: str) -> Any:
    """Return the trained model of a folder, or of that name in ./pretrained; it computes on one core.

    Raises:
        Refused: if there is none, or it is damaged.
    """
    folder = model_folder(name)
    from tfvae.training.quiet_import import import_tensorflow

    import_tensorflow()
    from tfvae.models import saving
    from tfvae.training.runtime import use_one_core

    use_one_core()
    return saving.load_model(folder)


def add_images(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `read_images` and `read_labels` read."""
    parser.add_argument(
        "images",
        metavar="IMAGES",
        nargs="+",
        type=Path,
        help="pictures, folders of pictures (sorted by name), or one .npz or .npy file of images (N, H, W, C) or "
        "(N, H, W): bytes, or floats from 0 to 1",
    )
    parser.add_argument("--array", help="the array of a .npz file, if it is neither the only one, nor images or x_test")
    add_labels(parser)


def add_labels(parser: argparse.ArgumentParser) -> None:
    """Add the option that `read_labels` reads."""
    parser.add_argument(
        "--labels",
        nargs="+",
        help="of a conditional model: one class for all, one for each, or a .npy or .npz file of them",
    )


def read_images(paths: Sequence[Path], array: str | None, shape: Sequence[int]) -> Given:
    """Return the images of an array, or of pictures, which must have the shape (H, W, C).

    Raises:
        Refused: naming the file, if it cannot be read, or holds something else.
    """
    arrays = [path for path in paths if path.suffix.lower() in (".npz", ".npy")]
    if arrays and len(paths) > 1:
        raise Refused(f"{arrays[0]}: a file of arrays stands alone. Received: {len(paths)} paths")
    if arrays:
        pixels = _of_array(arrays[0], array, shape)
        return Given(pixels, [str(row) for row in range(len(pixels))])
    if array is not None:
        raise Refused(f"--array names an array of a .npz file. Received: {paths[0]}")
    pictures = [picture for path in paths for picture in (_listed(path) if path.is_dir() else [path])]
    names = [path.name if len(paths) == 1 else path.as_posix() for path in pictures]
    bar = tqdm(pictures, desc="pictures", unit="picture", disable=None, leave=False)
    return Given(np.stack([_picture(path, shape) for path in bar]), names)


def read_labels(labels: Sequence[str] | None, count: int, model: Any) -> list[NDArray[Any]]:
    """Return what a model takes beside `count` images or latents: the labels (N,) of a conditional one, else nothing.

    Raises:
        Refused: if they are not as described, or the model is not conditional.
    """
    if labels is None:
        values = None
    elif len(labels) == 1 and labels[0].lower().endswith((".npz", ".npy")):
        values = _stored(Path(labels[0]), None, _LABELS)
    else:
        try:
            numbers = [int(label) for label in labels]
        except ValueError as error:
            raise Refused(f"--labels are whole numbers, or one .npy or .npz file. Received: {labels}") from error
        values = np.asarray(numbers * count if len(numbers) == 1 else numbers)
    try:
        checked: list[NDArray[Any]] = model.checked_labels(values, count)
    except Refused as error:
        raise Refused(f"--labels: {error}") from error
    return checked


def _of_array(path: Path, name: str | None, shape: Sequence[int]) -> Images:
    images = _stored(path, name, _ARRAYS)
    with reading(path):
        return as_images(images[..., np.newaxis] if images.ndim == 3 else images, shape=shape)


def _stored(path: Path, name: str | None, usual: Sequence[str]) -> NDArray[Any]:
    """Return the array of a file: the named one, the only one, or the first of the usual names that is there."""
    with reading(path):
        stored = np.load(path, allow_pickle=False)
        if isinstance(stored, np.ndarray):
            if name is not None:
                raise Refused(f"a .npy file holds one array without a name. Received: --array {name}")
            return stored
        with stored:
            known = stored.files
            names = [name] if name else [one for one in usual if one in known] or (known if len(known) == 1 else [])
            if not names or names[0] not in known:
                wanted = name or f"{' or '.join(usual)}, or a single array,"
                raise Refused(f"{wanted} is needed. Received: {', '.join(known) or 'no array'}")
            return np.asarray(stored[names[0]])


def _listed(folder: Path) -> list[Path]:
    """Return the pictures of a folder, sorted by name."""
    with reading(folder):
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    kept = [entry for entry in entries if not entry.name.startswith(".") and entry.name.lower() not in _IGNORED]
    for entry in kept:
        if entry.is_dir():
            raise Refused(f"{entry}: a folder of pictures holds no folder; name the inner ones, as in {folder}/*")
        if entry.suffix.lower() not in Image.registered_extensions():
            raise Refused(f"{entry}: this is no picture; move it out of the folder, or name the pictures")
    if not kept:
        raise Refused(f"{folder}: this folder is empty; pictures are needed")
    return kept


def _picture(path: Path, shape: Sequence[int]) -> NDArray[np.uint8]:
    """Return a picture (H, W, C), which must have that size and those channels: nothing is scaled in silence."""
    height, width, channels = shape
    with reading(path), Image.open(path) as image:
        size = image.size[::-1] if image.getexif().get(_ORIENTATION) in _TURNED else image.size
        if size != (width, height):
            needed = f"the model wants pictures {width} wide and {height} high: scale or cut it, with Pillow say"
            raise Refused(f"{needed}. Received: {size[0]}x{size[1]}")
        found = 1 if image.mode in _GREY else 3
    pixels = read_picture(path, shape, "crop")
    if found != channels:
        kinds = {1: "grey", 3: "colour"}
        raise Refused(f"{path}: the model wants {kinds[channels]} pictures; convert it. Received: a {kinds[found]} one")
    return pixels
