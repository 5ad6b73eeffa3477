"""A dataset's files, from the user's folder, the cache or a mirror, always verified.

A checksum is that of a file's *uncompressed* content (except with `Source.as_is`): copies compressed anew are equally
good, while a truncated download, a web page sent in place of the file, or another edition of the data is refused. Only
verified content is ever stored, and it appears in the cache in one step, so an interruption leaves no half file behind.
"""

import bz2
import gzip
import hashlib
import io
import os
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pooch
from tqdm import tqdm

from tfvae.atomic import replace_file
from tfvae.errors import Refused

TIMEOUT = 30.0
"""Seconds without a byte from a server after which the next mirror is tried."""

_GZIP_MAGIC = b"\x1f\x8b"
_BZIP2_MAGIC = b"BZh"

Content = TypeVar("Content")


@dataclass(frozen=True)
class Source:
    """The addresses of a dataset's files, and the checksums that identify them.

    Attributes:
        dataset: the dataset's name; also the name of its folder in `TFVAE_DATA_DIR` and in the cache.
        mirrors: addresses that end in "/" and become a file's own by appending `<file><suffix>`, in the order of trial.
        checksums: for each file name (without suffix) the hexadecimal SHA-256 that identifies it, or its MD5 where no
            other is published.
        suffix: that of the mirrors' files, by their compression: ".gz" or ".bz2".
        as_is: whether a checksum is that of the file itself, never decompressed.
    """

    dataset: str
    mirrors: tuple[str, ...]
    checksums: Mapping[str, str]
    suffix: str = ".gz"
    as_is: bool = False

    def content(self, received: bytes) -> bytes:
        """Return the content of a file that a checksum identifies."""
        return received if self.as_is else _uncompressed(received)

    def cached(self, name: str) -> Path:
        """Return the place of a file in the user's cache."""
        return cache_directory(self.dataset) / (name if self.as_is else f"{name}.gz")


class DatasetUnavailable(OSError):
    """No place has a dataset's file; the message names each place, why it failed, and how to supply the file."""


def cache_directory(dataset: str) -> Path:
    """Return the folder in the user's cache that keeps the files of a dataset."""
    return Path(pooch.os_cache("tfvae")) / dataset


def fetch(source: Source, name: str, verify: Callable[[bytes, str], Content], path: Path | None = None) -> Content:
    """Return one file of a dataset, as parsed by `verify`.

    The places are tried in this order: `path`, `TFVAE_DATA_DIR`/<dataset>, the cache, each mirror. In a folder the file
    may have the suffix of the mirrors' files, ".gz" or none. A wrong file is passed over with a warning.

    `verify` is called with a file's uncompressed content and its checksum, and raises ValueError if it is not the file;
    `verified` returns the content itself.

    Raises:
        DatasetUnavailable: if no place has the right file.
    """
    checksum = source.checksums[name]
    failures = []
    for file in _local_files(source, name, path):
        try:
            return verify(source.content(file.read_bytes()), checksum)
        except FileNotFoundError:
            failures.append(f"{file}: no such file")
        except (OSError, ValueError) as error:
            failures.append(f"{file}: {error}")
            reason = " ".join(failures[-1].split())
            warnings.warn(f"ignoring a file of the dataset {source.dataset}: {reason}", stacklevel=2)
    for mirror in source.mirrors:
        url = f"{mirror}{name}{source.suffix}"
        try:
            received = _download(url)
            content = source.content(received)
            result = verify(content, checksum)
        except (OSError, ValueError) as error:  # requests raises subclasses of OSError
            failures.append(f"{url}: {error}")
            continue
        packed = source.as_is or received.startswith(_GZIP_MAGIC)
        _store(source.cached(name), received if packed else gzip.compress(content, mtime=0))
        return result
    raise DatasetUnavailable(_explanation(source, name, failures))


def verified(content: bytes, checksum: str) -> bytes:
    """Return the content if `checksum` is its SHA-256, or its MD5 where a checksum has 32 digits; else refuse it."""
    algorithm = "MD5" if len(checksum) == 32 else "SHA-256"
    digest = hashlib.new(algorithm.replace("-", ""), content, usedforsecurity=False).hexdigest()
    if digest != checksum:
        what = "a web page instead of the file" if content.lstrip().startswith(b"<") else "wrong content"
        raise Refused(f"{what} ({len(content)} bytes uncompressed, {algorithm} {digest}, expected {checksum})")
    return content


def _local_files(source: Source, name: str, path: Path | None) -> Iterator[Path]:
    folders = [] if path is None else [path]
    if data_directory := os.environ.get("TFVAE_DATA_DIR"):
        folders.append(Path(data_directory) / source.dataset)
    for folder in folders:
        suffixes = ("",) if source.as_is else dict.fromkeys((source.suffix, ".gz", ""))
        yield from (folder / f"{name}{suffix}" for suffix in suffixes)
    yield source.cached(name)


def _uncompressed(received: bytes) -> bytes:
    # By its first bytes, not its name: clients undo a compression that a server calls a transport encoding.
    try:
        if received.startswith(_BZIP2_MAGIC):
            return bz2.decompress(received)
        return gzip.decompress(received) if received.startswith(_GZIP_MAGIC) else received
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise Refused(f"damaged or truncated file ({error})") from error


def _download(url: str) -> bytes:
    received = io.BytesIO()
    # pooch asks for the bar's truth value, which tqdm defines only with a total; pooch then sets the true one.
    # `disable=None` shows the bar on a terminal and keeps it out of logs.
    with tqdm(desc=url.rpartition("/")[2], total=1, unit="B", unit_scale=True, leave=False, disable=None) as progress:
        pooch.HTTPDownloader(progressbar=progress, chunk_size=2**16, timeout=TIMEOUT)(url, received, None)
    return received.getvalue()


def _store(file: Path, packed: bytes) -> None:
    """Keep a verified file. A cache that cannot be written costs the next run a download, no more."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, packed)
    except OSError as error:
        warnings.warn(f"could not keep a copy of {file.name} in the cache: {error}", stacklevel=3)


def _explanation(source: Source, name: str, failures: list[str]) -> str:
    lines = [
        f"no place has the file {name} of the dataset {source.dataset}. Tried:",
        *(f"  - {' '.join(failure.split())}" for failure in failures),
        f"To supply the files yourself, put them into a folder named {source.dataset}, set the environment variable",
        "TFVAE_DATA_DIR to the folder that holds it, and run again. The files (each may also be uncompressed):",
        *(f"  - {source.dataset}/{file}{source.suffix}" for file in source.checksums),
        'The dataset "digits" is bundled with scikit-learn and needs no network.',
    ]
    return "\n".join(lines)
