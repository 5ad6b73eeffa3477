"""A user's own images: a folder of pictures, or the arrays of an `.npz` or `.npy` file, as a dataset.

A folder holds pictures, or a folder of pictures for each class. Pictures are taken in the order of their file names,
whatever folder they lie in, and classes in the order of their folders' names. If the two folders `train` and `test` are
all that it holds, they are the split; else every fifth picture of each class, in that order, is a test picture.

An array holds images (N, H, W) or (N, H, W, C): "x_train" and "x_test", with "y_train" and "y_test" if there are
classes, or "images" with "labels"; a `.npy` file, the images alone.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from tfvae.arguments import as_labels
from tfvae.data.dataset import Dataset
from tfvae.data.decoding import ALLOWED, Bytes, Fit, brought, fits, read_picture, reading
from tfvae.errors import Refused
from tfvae.images import to_bytes

MOST_BYTES = 2**31
"""Of all images of a dataset, once they have its shape: they are held in memory."""

_EVERY = 5  # one picture of so many is a test picture
_MOST_CLASSES = 256
_IGNORED = {"thumbs.db", "desktop.ini"}  # which systems leave in folders; names with a leading dot are ignored too
_ARRAYS = {"x_train", "x_test"}, {"x_train", "x_test", "y_train", "y_test"}, {"images"}, {"images", "labels"}


class _Picture(NamedTuple):
    """A file, and the name of the folder of its class, if there are classes."""

    path: Path
    kind: str


class _Part(NamedTuple):
    """Images (N, H, W, C) uint8 with their labels (N,), 0 without classes."""

    images: Bytes
    labels: Bytes


def load_pictures(path: Path, image_shape: Sequence[int], fit: Fit, name: str = "pictures") -> Dataset:
    """Load a user's images as a dataset `name` of images (N, H, W, C) uint8; without classes all labels are 0.

    Pictures of another size are scaled by Lanczos's filter until they cover the shape and lose what stands over on both
    sides ("crop"), or until they fit into it, between black edges ("pad"). Their EXIF orientation counts. Colours
    become grey by the luma of ITU-R BT.601; grey values stand in all three channels of colour images.

    Args:
        path: a folder, or an `.npz` or `.npy` file; see above.
        image_shape: (H, W, C) of the dataset, C 1 or 3.
        fit: "crop" or "pad".
        name: of the dataset.

    Raises:
        Refused: naming the file, if one cannot be read, or says something else than eight bits per channel without
            transparency; if a picture has less than 8 or more than 10,000 rows or columns, or the folder another form;
            if no image is left to train or to test on; or if all together take more than 2 GiB.
    """
    if path.is_dir():
        train, test = _of_folder(path, image_shape, fit)
    elif path.suffix.lower() in (".npz", ".npy") and path.is_file():
        train, test = _of_file(path, image_shape, fit)
    else:
        raise Refused(f"{path}: no folder of pictures, and no .npz or .npy file, is there")
    for part, what in ((train, "training"), (test, "test")):
        if not len(part.images):
            raise Refused(f"{path}: no {what} image is left; one of every {_EVERY} of each class is a test image")
    return Dataset(name, train.images, train.labels, test.images, test.labels)


def _of_folder(folder: Path, shape: Sequence[int], fit: Fit) -> tuple[_Part, _Part]:
    split = _split(folder)
    names = sorted({picture.kind for pictures in split for picture in pictures})
    if len(names) > _MOST_CLASSES:
        raise Refused(f"{folder}: at most {_MOST_CLASSES} classes are allowed. Received: {len(names)} folders")
    count = sum(map(len, split))
    _check_size(folder, count, shape)
    with tqdm(total=count, desc="pictures", unit="picture", disable=None, leave=False) as bar:

        def part_of(pictures: list[_Picture]) -> _Part:
            images = []
            for path, _ in pictures:
                images.append(read_picture(path, shape, fit))
                bar.update()
            return _Part(_stacked(images, shape), np.asarray([names.index(kind) for _, kind in pictures], np.uint8))

        return part_of(split[0]), part_of(split[1])


def _split(folder: Path) -> tuple[list[_Picture], list[_Picture]]:
    """Return the pictures to train and to test on."""
    entries = _entries(folder)
    if [entry.name for entry in entries if entry.is_dir()] == ["test", "train"] == [entry.name for entry in entries]:
        test, train = (_listed(entry, folder) for entry in entries)
        kinds = [sorted({picture.kind for picture in pictures}) for pictures in (train, test)]
        if kinds[0] != kinds[1]:
            raise Refused(f"{folder}: train and test must hold the same classes. Received: {kinds[0]} and {kinds[1]}")
        return train, test
    pictures = _listed(folder, folder)
    chosen = list(zip(pictures, _is_test(picture.kind for picture in pictures), strict=True))
    return [one for one, test in chosen if not test], [one for one, test in chosen if test]


def _entries(folder: Path) -> list[Path]:
    """Return what a folder holds, but for what systems leave there."""
    with reading(folder):
        entries = sorted(folder.iterdir())
    kept = [entry for entry in entries if not entry.name.startswith(".") and entry.name.lower() not in _IGNORED]
    seen: dict[str, str] = {}
    for entry in kept:
        other = seen.setdefault(entry.name.casefold(), entry.name)
        if other != entry.name:
            raise Refused(f"{folder}: {other!r} and {entry.name!r} differ in case alone; rename one of them")
    return kept


def _listed(folder: Path, root: Path) -> list[_Picture]:
    """Return the pictures of a folder in their order; none may lie outside of the root."""
    entries = _entries(folder)
    folders = [entry for entry in entries if entry.is_dir()]
    if not entries:
        raise Refused(f"{folder}: this folder is empty; pictures, or a folder of pictures for each class, are needed")
    if folders and len(folders) < len(entries):
        [other, *_] = [entry for entry in entries if entry not in folders]
        raise Refused(f"{folder}: either pictures or folders are needed. Received: {folders[0].name} and {other.name}")
    pictures = [_Picture(path, one.name) for one in folders for path in _entries(one)] or [
        _Picture(path, "") for path in entries
    ]
    for path, _ in pictures:
        if path.is_dir():
            raise Refused(f"{path}: a class's folder holds pictures, and no folder")
        if not path.resolve().is_relative_to(root.resolve()):
            raise Refused(f"{path}: this link leads out of {root}; put the picture itself there")
        if path.suffix.lower() not in Image.registered_extensions():
            raise Refused(f"{path}: this is no picture; move it out of the folder")
    for one in folders:
        if not any(picture.kind == one.name for picture in pictures):
            raise Refused(f"{one}: this class's folder is empty; fill it or remove it")
    return sorted(pictures, key=lambda picture: (picture.path.name, picture.kind))


def _is_test(kinds: Iterable[Hashable]) -> list[bool]:
    """Return whether each image, by its class, is a test image."""
    counts: Counter[Hashable] = Counter()
    chosen = []
    for kind in kinds:
        counts[kind] += 1
        chosen.append(counts[kind] % _EVERY == 0)
    return chosen


def _of_file(path: Path, shape: Sequence[int], fit: Fit) -> tuple[_Part, _Part]:
    with reading(path):
        stored = np.load(path, allow_pickle=False)
        arrays = dict(stored) if path.suffix.lower() == ".npz" else {"images": stored}
    if arrays.keys() not in _ARRAYS:
        allowed = ", or ".join(" and ".join(sorted(names)) for names in _ARRAYS)
        raise Refused(f"{path}: the arrays {allowed} are needed. Received: {', '.join(sorted(arrays)) or 'none'}")
    if "images" not in arrays:
        return (
            _of_arrays(path, arrays, ("x_train", "y_train"), shape, fit),
            _of_arrays(path, arrays, ("x_test", "y_test"), shape, fit),
        )
    part = _of_arrays(path, arrays, ("images", "labels"), shape, fit)
    chosen = np.asarray(_is_test(part.labels.tolist()))
    return _Part(part.images[~chosen], part.labels[~chosen]), _Part(part.images[chosen], part.labels[chosen])


def _of_arrays(path: Path, arrays: dict[str, Any], names: tuple[str, str], shape: Sequence[int], fit: Fit) -> _Part:
    images = arrays[names[0]]
    sizes, channels = images.shape[1:3], images.shape[3:]
    if images.ndim not in (3, 4) or 0 in images.shape or channels not in ((), (1,), (3,)) or not fits(sizes):
        needed = f"{names[0]} must have the shape (N, H, W), or (N, H, W, C) with C 1 or 3, H and W {ALLOWED}"
        raise Refused(f"{path}: {needed}. Received: {images.shape}")
    _check_size(path, len(images), shape)
    with reading(path):
        pixels = to_bytes(images if images.ndim == 4 else images[..., np.newaxis])
        labels = arrays.get(names[1], np.zeros(len(images), np.uint8))
        labels = as_labels(labels, names[1], count=len(images), num_classes=_MOST_CLASSES).astype(np.uint8)
    if pixels.shape[1:] != tuple(shape):
        pictures = (Image.fromarray(one.squeeze(axis=2) if one.shape[2] == 1 else one) for one in pixels)
        pixels = _stacked((brought(picture, shape, fit) for picture in pictures), shape)
    return _Part(pixels, labels)


def _stacked(images: Iterable[Bytes], shape: Sequence[int]) -> Bytes:
    every = list(images)
    return np.stack(every) if every else np.empty((0, *shape), np.uint8)


def _check_size(path: Path, count: int, shape: Sequence[int]) -> None:
    size = count * int(np.prod(shape))
    if size > MOST_BYTES:
        advice = f"{count:,} images of this shape take {size / 2**30:.1f} GiB, of at most {MOST_BYTES / 2**30:g}"
        raise Refused(f"{path}: {advice}: choose a smaller shape, or fewer images")
