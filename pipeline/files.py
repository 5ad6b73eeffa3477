"""Files of stages: each is whole or absent, and its bytes depend on its content alone.

What is wrong with a file that is read is one message, `Damaged`, which names the file and the way out.
"""

import csv
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.lib.npyio import NpzFile

from pipeline.records.checking import check_read, check_written
from tfvae.atomic import replace_file
from tfvae.errors import Refused

if TYPE_CHECKING:
    import pandas as pd  # half a second that most stages need not spend

Content = TypeVar("Content")
_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


class ReadOnly(Exception):
    """A stage that is only planned has come to its outputs."""


@contextmanager
def read_only() -> Iterator[None]:
    """Raise `ReadOnly` in place of writing or removing a file, as long as the context lasts."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


class Damaged(Refused):
    """A file is missing, or not what a stage wrote there; the message says which, and how to have it back."""


class Lacking(Damaged, KeyError):
    """A file lacks a name; a KeyError too, so that a chain of mappings looks further."""

    __str__ = Exception.__str__  # a KeyError's shows quotes


class Named(dict[str, Any]):
    """The content of a file by name; a name that it lacks is `Damaged`, wherever it is looked up."""

    def __init__(self, content: Mapping[str, Any], path: Path) -> None:
        super().__init__(content)
        self.path = path

    def __missing__(self, name: str) -> Any:
        raise damaged(self.path, f"{name!r} is missing", Lacking)


def damaged(path: Path, mistake: str, kind: type[Damaged] = Damaged) -> Damaged:
    """Return the error of a file with a mistake."""
    error: Damaged = kind(
        f"{path}: {mistake}. Run `dvc checkout {path}` (where Git keeps it, `git checkout {path}`), or "
        "`dvc repro -f -s <stage>` with the stage that writes it"
    )
    return error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise `Damaged` in place of any error, as long as the content of a file is read and checked."""
    try:
        yield
    except Damaged:
        raise
    except OSError as error:
        raise damaged(path, error.strerror or str(error)) from error
    except Exception as error:  # what reads archives, JSON, tables and pictures raises a dozen classes on broken files
        raise damaged(path, " ".join(str(error).split()).rstrip(".") or type(error).__name__) from error


def read(path: Path, parse: Callable[[bytes], Content]) -> Content:
    """Return what `parse` makes of the bytes of a file."""
    with reading(path):
        return parse(path.read_bytes())


def read_text(path: Path) -> str:
    """Return the content of a text in UTF-8."""
    return read(path, bytes.decode)


def read_json(path: Path, kind: Any = None) -> Named:
    """Return the content of a JSON file, names and values, which must be of a `kind`, see `check_read`."""
    return read(path, lambda content: parse_json(content, path, kind))


def parse_json(content: bytes, path: Path, kind: Any = None) -> Named:
    """Return the content of JSON, see `read_json`; else ValueError. `path` stands for it in messages."""
    pairs_hook = partial(_named, path)
    parsed = json.loads(content.decode(), object_pairs_hook=pairs_hook, parse_float=_finite, parse_constant=_finite)
    if not isinstance(parsed, Named) or not parsed:
        raise ValueError(f"names and values in braces are needed. Received: {content[:20]!r}")
    check_read(parsed, kind, path.stem)
    return parsed


def _named(path: Path, pairs: list[tuple[str, Any]]) -> Named:
    content = Named(dict(pairs), path)
    if len(content) < len(pairs):  # as a merge that kept both sides leaves it
        raise ValueError("a name occurs twice")
    return content


def _finite(text: str) -> float:
    if not math.isfinite(float(text)):
        raise ValueError(f"{text} is no number")
    return float(text)


def read_npz(path: Path) -> Named:
    """Return the arrays of an `.npz` file, which holds numbers alone: no pickled object is loaded."""

    def parse(content: bytes) -> Named:
        with NpzFile(BytesIO(content)) as archive:
            arrays = {name: archive[name] for name in archive.files}
        if not arrays:
            raise ValueError("it is empty")
        for name, array in arrays.items():
            if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
                raise ValueError(f"{name} is no array of numbers")
        return Named(arrays, path)

    return read(path, parse)


def read_csv(path: Path, columns: Iterable[str]) -> "pd.DataFrame":
    """Return a table, which has these columns and may have others."""
    import pandas as pd

    def parse(content: bytes) -> pd.DataFrame:
        text = content.decode()
        header, *rows = [*csv.reader(StringIO(text, newline=""))] or [[]]
        if missing := [name for name in columns if name not in header]:
            raise ValueError(f"columns are missing: {', '.join(missing)}")
        if not rows or any(len(row) != len(header) for row in rows) or not text.endswith("\n"):
            raise ValueError("its end is missing, or a line has more or fewer cells than the first")
        return pd.read_csv(StringIO(text))

    return read(path, parse)


def read_weights(path: Path) -> list[np.ndarray]:
    """Return the weights that `write_weights` wrote."""
    arrays = read_npz(path)
    return [arrays[_nth(position)] for position in range(len(arrays))]


def matching(folder: Path, pattern: str) -> list[Path]:
    """Return the paths in a folder that match a pattern, sorted; at least one must be there."""
    if not (paths := sorted(folder.glob(pattern))):
        raise damaged(folder, f"there is no {pattern}")
    return paths


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is either whole or absent, and make its folders; an OSError leaves the former content."""
    if _read_only.get():
        raise ReadOnly(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)
    except OSError as error:
        raise OSError(
            f"cannot write {path} ({len(content)} bytes): {error}. Free space there or make its folder writable, "
            "then run the same command again; finished stages stay finished."
        ) from error


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a folder's files {relative path: content}, each whole, and remove whatever else lies there.

    Raises:
        Refused: if the folder is the working folder, one above it, or a project, which are no stage's to clear.
    """
    if _read_only.get():
        raise ReadOnly(folder)
    if Path.cwd().is_relative_to(folder.resolve()) or any((folder / name).exists() for name in (".git", ".dvc")):
        raise Refused(f"a stage removes what it does not write: name a folder of its own. Received: {folder}")
    for name, content in contents.items():
        write_bytes(folder / name, content)
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies deeper comes first
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # it holds files that stay
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in contents:
            path.unlink()


def write_json(path: Path, content: Any, kind: Any = None) -> None:
    """Write JSON, see `json_bytes`, which must be of a `kind`, see `check_written`."""
    check_written(json.loads(written := json_bytes(content)), kind, path)
    write_bytes(path, written)


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as `.npz`, see `npz_bytes`."""
    write_bytes(path, npz_bytes(arrays))


def write_csv(path: Path, table: "pd.DataFrame") -> None:
    """Write a table as CSV, see `csv_bytes`."""
    write_bytes(path, csv_bytes(table))


def write_weights(path: Path, weights: Iterable[np.ndarray]) -> None:
    """Write a model's weights, see `weights_bytes`."""
    write_bytes(path, weights_bytes(weights))


def json_bytes(content: Any) -> bytes:
    """Return JSON, indented for people; NaN and infinity are refused."""
    return (json.dumps(content, indent=2, allow_nan=False) + "\n").encode()


def npz_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return arrays as `.npz`, whose bytes depend on the arrays alone."""
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    return buffer.getvalue()


def csv_bytes(table: "pd.DataFrame") -> bytes:
    """Return a table as CSV, numbers in nine significant digits (float32 needs no more)."""
    return table.to_csv(index=False, float_format="%.9g", lineterminator="\n").encode()


def weights_bytes(weights: Iterable[np.ndarray]) -> bytes:
    """Return a model's weights as `.npz` with the names "000", "001" ... in their order."""
    return npz_bytes({_nth(position): weight for position, weight in enumerate(weights)})


def _nth(position: int) -> str:
    return f"{position:03d}"
