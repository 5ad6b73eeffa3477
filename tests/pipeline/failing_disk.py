"""Writes to a disk that fails and then is mended, in a process of its own: its mounts and limits concern no other.

    PREFIX python -m tests.pipeline.failing_disk FAULT FOLDER '[["write_json", true], ...]'

prints what `write` returns for each writer, without or with an earlier result in the place. FAULT and the prefix that
it needs stand in `FAULTS`.
"""

import contextlib
import errno
import hashlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np

from pipeline import files
from pipeline.jobs.closure import ROOT

BYTES = np.random.default_rng(0).integers(0, 256, 40_000, dtype=np.uint8)  # they do not compress
EARLIER = b"an earlier result"
LIMIT = 1 << 20  # of a small disk, in bytes; each writer needs less


def write_csv(path):
    import pandas as pd  # half a second that the others need not spend

    files.write_csv(path, pd.DataFrame({"x": BYTES}))


def run_stage(path):
    """Run the stage download for digits; if it fails as it should, raise its message."""
    command = [sys.executable, "-m", "pipeline.download", "--dataset", "digits", "--data", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if (done.returncode, done.stdout, done.stderr) != (0, "", ""):
        message = done.stderr.removeprefix("error: ").removesuffix("\n")
        assert done.returncode == 1 and done.stdout == "" and done.stderr == f"error: {message}\n", done
        raise OSError(message)


WRITERS = {
    "write_bytes": lambda path: files.write_bytes(path, BYTES.tobytes()),
    "write_json": lambda path: files.write_json(path, BYTES.tolist()),
    "write_npz": lambda path: files.write_npz(path, {"x": BYTES}),
    "write_csv": write_csv,
    "write_weights": lambda path: files.write_weights(path, [BYTES, BYTES[:5]]),
    "download": run_stage,
}


def mount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)


# Each fault is a generator: it prepares the disk under `path`, yields, makes it fail, yields, and mends it.


def full_disk(path: Path, spare: int = 0) -> Iterator[None]:
    disk = path.parents[1]
    mount(disk, f"size={LIMIT}")
    yield
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))
    os.truncate(disk / "filler", (disk / "filler").stat().st_size - spare)
    yield
    (disk / "filler").unlink()


def nearly_full_disk(path: Path) -> Iterator[None]:
    yield from full_disk(path, spare=16384)


def no_more_files(path: Path) -> Iterator[None]:
    disk = path.parents[1]
    mount(disk, "nr_inodes=8")
    yield
    with contextlib.suppress(OSError):
        for number in range(8):
            (disk / f"filler{number}").touch()
    yield
    for filler in disk.glob("filler*"):
        filler.unlink()


def read_only_disk(path: Path) -> Iterator[None]:
    disk = path.parents[1]
    mount(disk, f"size={LIMIT}")
    yield
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def no_permission(path: Path) -> Iterator[None]:
    yield
    folder = path.parent if path.parent.exists() else path.parents[1]
    folder.chmod(0o555)
    yield
    folder.chmod(0o755)


def limited_size(path: Path) -> Iterator[None]:
    """What a quota does, at half the file."""
    yield
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16384, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def file_as_folder(path: Path) -> Iterator[None]:
    yield
    yield from _in_the_place_of(path.parent, lambda: path.parent.touch(), lambda: path.parent.unlink())


def folder_as_file(path: Path) -> Iterator[None]:
    yield
    path.parent.mkdir(exist_ok=True)
    yield from _in_the_place_of(path, lambda: path.mkdir(), lambda: path.rmdir())


def _in_the_place_of(path, put, take):
    aside = path.with_name("aside")
    if present := path.exists():
        path.rename(aside)
    put()
    yield
    take()
    if present:
        aside.rename(path)


def defective_disk(path: Path) -> Iterator[None]:
    """It takes the content, and fails when that has to be written out."""
    yield
    with mock.patch("os.fsync", side_effect=OSError(errno.EIO, os.strerror(errno.EIO))):
        yield


class Fault(NamedTuple):
    """How to bring a fault about, the error that it is, and the command that lets a process do so."""

    disk: Callable[[Path], Iterator[None]]
    error: int
    prefix: tuple[str, ...] = ()


MOUNTING = ("unshare", "--map-root-user", "--mount")
# The administrator may write anywhere, unless that capability is dropped.
WITHOUT_PRIVILEGE = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
FAULTS = {
    "full disk": Fault(full_disk, errno.ENOSPC, MOUNTING),
    "nearly full disk": Fault(nearly_full_disk, errno.ENOSPC, MOUNTING),
    "no more files": Fault(no_more_files, errno.ENOSPC, MOUNTING),
    "read-only disk": Fault(read_only_disk, errno.EROFS, MOUNTING),
    "no permission": Fault(no_permission, errno.EACCES, WITHOUT_PRIVILEGE),
    "limited size": Fault(limited_size, errno.EFBIG),
    "file as folder": Fault(file_as_folder, errno.EEXIST),
    "folder as file": Fault(folder_as_file, errno.EISDIR),
    "defective disk": Fault(defective_disk, errno.EIO),
}


def contents(folder: Path) -> dict[str, str]:
    """Return each file's SHA-256."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*")}


def write(fault: Fault, path: Path, writer: Callable[[Path], None], earlier: bool) -> dict:
    """Let a writer meet a fault, mend it, and let it write again.

    Returns:
        The message of the failure, the files that it left, and those after the second attempt.
    """
    path.parents[1].mkdir(parents=True)
    steps = fault.disk(path)
    next(steps)
    if earlier:
        path.parent.mkdir()
        path.write_bytes(EARLIER)
    next(steps)
    message = "no error"
    try:
        writer(path)
    except OSError as error:
        message = str(error)
    next(steps, None)
    left = contents(path.parent)
    writer(path)
    return {"message": message, "left": left, "after": contents(path.parent)}


def main(fault: str, folder: str, cases: str) -> None:
    found = [
        write(FAULTS[fault], Path(folder) / f"{name}-{earlier}" / "results" / name, WRITERS[name], earlier)
        for name, earlier in json.loads(cases)
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
