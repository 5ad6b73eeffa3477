"""New folders that are whole or absent at any moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from shutil import rmtree

from tfvae.errors import Refused


def check_new(folder: Path) -> None:
    """Check that a new folder can be made.

    Raises:
        Refused: if something is there already, except an empty folder, or its parent is missing.
    """
    if not folder.parent.is_dir():
        raise Refused(f"{folder}: make the folder {folder.parent} first")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Refused(f"{folder}: a new or an empty folder is needed; name another, or remove this one")


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Return a folder to fill, which becomes `folder` at the end; after an error neither is there."""
    check_new(folder)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.{token_hex(4)}.partial")
    partial.mkdir()
    try:
        yield partial
        partial.replace(folder)  # which may be there, if it is empty
    except BaseException:
        rmtree(partial, ignore_errors=True)
        raise
