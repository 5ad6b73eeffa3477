"""Files that are whole or absent at any moment, also while processes die or write the same one."""

import glob
import os
from pathlib import Path
from secrets import token_hex

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
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{token_hex(4)}.partial")
    file = temporary.open("xb")  # with the permissions that the umask leaves, unlike a file of `tempfile`
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # until then a failing disk need not report it, and a power cut may empty the file
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
