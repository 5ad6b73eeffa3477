"""Files of stages: each is whole or absent, and its bytes depend on its content alone."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tfvae.atomic import replace_file

if TYPE_CHECKING:
    import pandas as pd  # half a second that most stages need not spend

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


def read_json(path: Path) -> Any:
    """Return the content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` file; pickled objects are refused."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


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
    """Write a folder's files {relative path: content}, each whole, and remove whatever else lies there."""
    if _read_only.get():
        raise ReadOnly(folder)
    for name, content in contents.items():
        write_bytes(folder / name, content)
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies deeper comes first
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):  # it holds files that stay
                path.rmdir()
        elif path.relative_to(folder).as_posix() not in contents:
            path.unlink()


def write_json(path: Path, content: Any) -> None:
    """Write JSON, see `json_bytes`."""
    write_bytes(path, json_bytes(content))


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
    return npz_bytes({f"{position:03d}": weight for position, weight in enumerate(weights)})


def read_weights(path: Path) -> list[np.ndarray]:
    """Return the weights that `write_weights` wrote."""
    return [weight for _, weight in sorted(read_npz(path).items())]


def read_model(folder: Path) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Return the configuration and the weights of a model of one part."""
    return read_json(folder / "config.json"), read_weights(folder / "weights.npz")
