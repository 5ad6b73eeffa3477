"""Files that are whole or absent at any moment, also while processes die or write the same one."""

import glob
import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Give a file its content, and remove what killed processes left of an earlier attempt.

    Raises:
        OSError: if it cannot be written. The former content is still there.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)  # until then a failing disk need not report it, and a power cut may empty the file
            os.fchmod(handle, 0o644)
        try:
            os.replace(temporary, path)
        except FileNotFoundError:  # taken for a leftover by another process that has written the same file meanwhile
            if not path.exists():
                raise
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
        left.unlink(missing_ok=True)
