"""Checkpoints of jobs on disk: the state at the end of the last period, and results."""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tfvae.atomic import replace_file
from tfvae.training.packing import pack, unpack

_FORMAT = "tfvae checkpoint 1"
_followed: ContextVar[list[str] | None] = ContextVar("followed", default=None)


def _head(key: str, body: bytes) -> bytes:
    return f"{_FORMAT} {key} {hashlib.sha256(body).hexdigest()}".encode()


class Checkpoint:
    """The checkpoint of one job, while this process holds the lock on its key.

    Args:
        store: that keeps the file.
        key: a digest of everything that determines the job's result, in hexadecimal digits.

    Attributes:
        seconds: that cores have computed for what `read` returned last or `write` wrote, interrupted runs included.
    """

    def __init__(self, store: "Checkpoints", key: str) -> None:
        self._store, self._path, self._key = store, store.path(key), key
        self._start, self.seconds = time.process_time(), 0.0

    def read(self) -> dict[str, Any] | None:
        """Return the content that was written last; None if there is none, or it is damaged, which is reported."""
        try:
            head, _, body = self._path.read_bytes().partition(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return None
        if head != _head(self._key, body):
            print(f"{self._path} is damaged or of another job: ignored", file=sys.stderr, flush=True)
            return None
        with suppress(OSError):  # a store that cannot be written to can still be read
            os.utime(self._path)
        content: dict[str, Any] = unpack(body)
        self._start, self.seconds = time.process_time(), content.pop("seconds", 0.0)
        return content

    def write(self, content: dict[str, Any]) -> None:
        """Replace the content of the file, which is whole at any moment; see `pack` for what it may be.

        Raises:
            OSError: if the file cannot be written. The former content is still there.
        """
        now = time.process_time()
        self._start, self.seconds = now, self.seconds + now - self._start
        body = pack({**content, "seconds": self.seconds})
        with self._store.writing(self._path):
            # Of an earlier result: this one may not be pruned.
            self._path.with_suffix(".collected").unlink(missing_ok=True)
            replace_file(self._path, _head(self._key, body) + b"\n" + body)


class Checkpoints:
    """A folder with a file per job, named by the job's key; several processes and machines may share it.

    Where locks of files do not work, two processes may compute the same job: its result is the same.

    Args:
        folder: created where it is missing.
        limit: bytes above which `prune` removes collected results.
        elsewhere: what a user does to have another folder, for a message.
    """

    def __init__(self, folder: Path, limit: int, elsewhere: str = "choose another folder") -> None:
        self.folder, self._limit, self._elsewhere = folder, limit, elsewhere

    @contextmanager
    def writing(self, path: Path | None = None) -> Iterator[None]:
        """Make the folder; an error of the disk, as long as the context lasts, becomes one that says what to do."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise OSError(
                f"cannot write {path or self.folder}: {error}. Free space there, make the folder writable, or "
                f"{self._elsewhere}; then run the same command again: it goes on where it was."
            ) from error

    @contextmanager
    def followed(self) -> Iterator[list[str]]:
        """Give the list of keys that this thread opens as long as the context lasts."""
        keys: list[str] = []
        token = _followed.set(keys)
        try:
            yield keys
        finally:
            _followed.reset(token)

    def files(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return {key: content} of the files kept by keys, for the store of another machine: see `adopt`."""
        return {key: self.path(key).read_bytes() for key in keys if self.path(key).exists()}

    def adopt(self, files: Mapping[str, bytes]) -> None:
        """Keep files of another machine's store.

        Raises:
            ValueError: if one is damaged.
        """
        for key, content in files.items():
            head, _, body = content.partition(b"\n")
            if head != _head(key, body):
                raise ValueError(f"the checkpoint {key} arrived damaged")
            with self.writing(self.path(key)):
                replace_file(self.path(key), content)

    @contextmanager
    def open(self, key: str) -> Iterator[Checkpoint]:
        """Hold the lock on `key`, one process at a time; the system frees it if the process dies."""
        if (followed := _followed.get()) is not None:
            followed.append(key)
        lock = self._lock(key)
        with self.writing(Path(lock.lock_file)):
            try:
                held = lock.acquire(timeout=0)
            except Timeout:
                print("waiting for another process that works on the same job", file=sys.stderr, flush=True)
                held = lock.acquire()
        with held:
            yield Checkpoint(self, key)

    def result(self, key: str, compute: Callable[[Checkpoint], Any]) -> Any:
        """Return the result of `compute`, its tuples as lists, which is kept by `key` and never computed twice.

        `compute` gets the checkpoint, where it finds and keeps the state of an interrupted computation.
        """
        with self.open(key) as checkpoint:
            content = checkpoint.read()
            if content is not None and "result" in content:
                return content["result"]
            result = unpack(pack(compute(checkpoint)))
            checkpoint.write({"result": result})
            return result

    def kept(self, key: str) -> dict[str, Any] | None:
        """Return {"result": the result that is kept by `key`}; None if there is none."""
        content = Checkpoint(self, key).read()
        return content if content is not None and "result" in content else None

    def state(self, key: str) -> str:
        """Return whether the job is "done", "held" by a process, "begun" or "pending"."""
        if self.kept(key) is not None:
            return "done"
        if self.folder.is_dir():
            try:
                with self._lock(key).acquire(timeout=0):
                    pass
            except Timeout:
                return "held"
            except OSError:  # a store that cannot be written to: nobody works on it
                pass
        return "begun" if self.path(key).exists() else "pending"

    def collect(self, key: str, **about: Any) -> None:
        """Note `about`, and how long it took, that whoever asked for the result kept by `key` has it."""
        checkpoint = Checkpoint(self, key)
        if checkpoint.read() is not None:
            note = {**about, "seconds": round(checkpoint.seconds, 3), "time": time.time()}
            with self.writing():
                replace_file(self.folder / f"{key}.collected", json.dumps(note, allow_nan=False).encode())

    def notes(self) -> dict[str, dict[str, Any]]:
        """Return {key: what was noted} of all results that have been collected, pruned ones included."""
        notes = {}
        for path in sorted(self.folder.glob("*.collected")):
            with suppress(OSError, ValueError):  # a damaged note counts as none
                notes[path.stem] = dict(json.loads(path.read_bytes()))
        return notes

    def prune(self) -> None:
        """Remove collected results not in use, the least recently used first, until all is within the limit.

        What nobody has collected stays: it is work that would have to be done again.
        """
        files = []
        for path in self.folder.glob("*.checkpoint"):
            with suppress(FileNotFoundError):  # other processes rename and remove files meanwhile
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._limit:
                return
            if path.with_suffix(".collected").exists():
                with suppress(OSError), self._lock(path.stem).acquire(timeout=0):
                    path.unlink(missing_ok=True)
                    total -= size

    def path(self, key: str) -> Path:
        """Return the file that a key names."""
        return self.folder / f"{key}.checkpoint"

    def _lock(self, key: str) -> FileLock:
        return FileLock(self.folder / f"{key}.lock")
