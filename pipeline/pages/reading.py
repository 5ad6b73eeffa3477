"""Files of stages as the inputs of pages, each with its address relative to the page's folder `home`."""

import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from pipeline import files
from pipeline.experiment import joins
from pipeline.pages.study import Arrays
from pipeline.pages.values import Record
from pipeline.records.kinds import read_record

_END = b"IEND\xaeB`\x82"  # of a PNG file


def read_records(paths: Iterable[Path], home: Path) -> list[Record]:
    """Return the records of files."""
    contents = {path: read_record(path) for path in paths}
    return [Record(*joins.maker(path, content), address(path, home), content) for path, content in contents.items()]


def read_figures(folder: Path, home: Path) -> dict[str, tuple[bytes, str]]:
    """Return the figures of a folder and of those below it by their relative paths, without the ending."""
    paths = files.matching(folder, "**/*.png")
    return {address(path.with_suffix(""), folder): (files.read(path, _png), address(path, home)) for path in paths}


def _png(content: bytes) -> bytes:
    """Return the content of a PNG file, after a look at the checksum of each of its parts."""
    try:
        with Image.open(BytesIO(content), formats=["PNG"]) as image:
            image.verify()
        assert content.endswith(_END)
    except Exception as error:  # some say no more than where in memory the picture lies
        raise ValueError("no whole PNG picture") from error
    return content


def read_arrays(folders: Iterable[Path]) -> dict[tuple[str, str], Arrays]:
    """Return the arrays of each folder, which are in one file, {(stage, name): arrays}."""
    return {(folder.parent.name, folder.name): files.read_npz(files.matching(folder, "*.npz")[0]) for folder in folders}


def address(path: Path, home: Path) -> str:
    """Return the relative address of a file."""
    return Path(os.path.relpath(path, home)).as_posix()
