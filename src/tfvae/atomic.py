"""Files that are whole or absent at any moment, also while processes die or write the same one."""

import glob
import os
import tempfile
from pathlib import Path

_ATTEMPTS = 3


def replace_file(path: Path, content: bytes) -> None:
    """Give a file its content, and remove what killed processes left of an earlier attempt.

    Raises:
        OSError: if it cannot be written. The former content is still there.
    """
    for attempt in range(_ATTEMPTS):
        try:
            _replace(path, content)
            break
        except FileNotFoundError:  # a process on another machine has taken the temporary file for a leftover
            if attempt == _ATTEMPTS - 1 or not path.parent.is_dir():
                raise
    for left in path.parent.glob(f".{glob.escape(path.name)}.[0-9]*.*.partial"):
        if not _is_alive(int(left.name.split(".")[-3])):
            left.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    prefix = f".{path.name}.{os.getpid()}."
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)  # until then a failing disk need not report it, and a power cut may empty the file
            os.fchmod(handle, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
