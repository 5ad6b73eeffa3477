"""Fetching a dataset's files from the user's folder, the cache or a mirror, and never without verification.

What identifies a file is the SHA-256 of its *uncompressed* content: copies compressed anew are equally good, while a
truncated download, a web page sent in place of the file, or another edition of the data is refused. Only content that
passed is ever stored, and it appears in the cache in one step, so that no interruption leaves half a file behind.
"""

import gzip
import hashlib
import io
import os
import tempfile
import warnings
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pooch
from tqdm import tqdm

TIMEOUT = 30.0
"""Seconds without a byte from a server after which the next mirror is tried."""

_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Source:
    """Where the files of a dataset lie and how to recognise them.

    Attributes:
        dataset: the dataset's name; also the name of its folder in `TFVAE_DATA_DIR` and in the cache.
        mirrors: addresses that end in "/" and become a file's own by appending `<file>.gz`, in the order of trial.
        checksums: for each file name (without ".gz") the SHA-256 of the uncompressed content, in hexadecimal.
    """

    dataset: str
    mirrors: tuple[str, ...]
    checksums: Mapping[str, str]


class DatasetUnavailable(OSError):
    """A dataset's file is in no known place; the message names each, why it failed, and how to supply the file."""


def cache_directory(dataset: str) -> Path:
    """Return the folder in the user's cache that keeps the files of a dataset."""
    return Path(pooch.os_cache("tfvae")) / dataset


def fetch(source: Source, name: str, path: Path | None = None) -> bytes:
    """Return the verified, uncompressed content of one file of a dataset.

    The places are tried in this order: `path`, `TFVAE_DATA_DIR`/<dataset>, the cache, each mirror. In a folder both
    `<name>.gz` and `<name>` are looked for. A folder's file that is present but wrong raises a warning.

    Args:
        source: the dataset's addresses and checksums.
        name: a file name of `source.checksums`.
        path: a folder with the dataset's files, or None.

    Raises:
        DatasetUnavailable: if no place has the right file.
    """
    checksum = source.checksums[name]
    failures = []
    for file in _local_files(source.dataset, name, path):
        try:
            return _verified(file.read_bytes(), checksum)
        except FileNotFoundError:
            failures.append(f"{file}: no such file")
        except (OSError, ValueError) as error:
            failures.append(f"{file}: {error}")
            warnings.warn(f"ignoring a file of the dataset {source.dataset}: {failures[-1]}", stacklevel=2)
    for mirror in source.mirrors:
        url = f"{mirror}{name}.gz"
        try:
            received = _download(url)
            content = _verified(received, checksum)
        except (OSError, ValueError) as error:  # requests raises subclasses of OSError
            failures.append(f"{url}: {error}")
            continue
        _store(cache_directory(source.dataset) / f"{name}.gz", received)
        return content
    raise DatasetUnavailable(_explanation(source, name, failures))


def _local_files(dataset: str, name: str, path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield from (path / f"{name}.gz", path / name)
    if data_directory := os.environ.get("TFVAE_DATA_DIR"):
        yield from (Path(data_directory) / dataset / f"{name}.gz", Path(data_directory) / dataset / name)
    yield cache_directory(dataset) / f"{name}.gz"


def _verified(received: bytes, checksum: str) -> bytes:
    """Return what `received` uncompresses to; raise ValueError with the reason if it is not the expected content."""
    content = received
    if received.startswith(_GZIP_MAGIC):
        try:
            content = gzip.decompress(received)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"damaged or truncated gzip file ({error})") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != checksum:
        what = "a web page instead of the file" if content.lstrip().startswith(b"<") else "wrong content"
        raise ValueError(f"{what} ({len(content)} bytes uncompressed, SHA-256 {digest}, expected {checksum})")
    return content


def _download(url: str) -> bytes:
    received = io.BytesIO()
    # pooch asks for the bar's truth value, which tqdm defines only with a total; pooch then sets the true one.
    # `disable=None` shows the bar on a terminal and keeps it out of logs.
    with tqdm(desc=url.rpartition("/")[2], total=1, unit="B", unit_scale=True, leave=False, disable=None) as progress:
        pooch.HTTPDownloader(progressbar=progress, chunk_size=2**16, timeout=TIMEOUT)(url, received, None)
    return received.getvalue()


def _store(file: Path, received: bytes) -> None:
    """Keep verified content as a gzip file. A cache that cannot be written costs the next run a download, no more."""
    if not received.startswith(_GZIP_MAGIC):  # a server that calls gzip a transport encoding has it undone on arrival
        received = gzip.compress(received, mtime=0)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".partial-") as scratch:
            partial = Path(scratch) / file.name
            partial.write_bytes(received)
            partial.replace(file)
    except OSError as error:
        warnings.warn(f"could not keep a copy of {file.name} in the cache: {error}", stacklevel=3)


def _explanation(source: Source, name: str, failures: list[str]) -> str:
    lines = [
        f"no place has the file {name} of the dataset {source.dataset}. Tried:",
        *(f"  - {failure}" for failure in failures),
        f"To supply the files yourself, put them into a folder named {source.dataset}, set the environment variable",
        "TFVAE_DATA_DIR to the folder that holds it, and run again. The files (each may also be uncompressed):",
        *(f"  - {source.dataset}/{file}.gz" for file in source.checksums),
        'The dataset "digits" is bundled with scikit-learn and needs no network.',
    ]
    return "\n".join(lines)
