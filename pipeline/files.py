"""Files of stages: each is whole or absent, and its bytes depend on its content alone."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd  # half a second that most stages need not spend


def read_json(path: Path) -> Any:
    """Return the content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` file; pickled objects are refused."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is either whole or absent, and make the folders above it.

    Raises:
        OSError: if the file cannot be written. What stood at `path` before is still there.
    """
    try:
        _replace(path, content)
    except OSError as error:
        raise OSError(
            f"cannot write {path} ({len(content)} bytes): {error}. Free space there or make its folder writable, "
            "then run the same command again; finished stages stay finished."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)  # until then a failing disk need not report it, and a power cut may empty the file
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Any) -> None:
    """Write JSON, indented for people; NaN and infinity are refused."""
    write_bytes(path, (json.dumps(content, indent=2, allow_nan=False) + "\n").encode())


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays as `.npz`, whose bytes depend on the arrays alone."""
    buffer = BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    write_bytes(path, buffer.getvalue())


def write_csv(path: Path, table: "pd.DataFrame") -> None:
    """Write a table as CSV, numbers in nine significant digits (float32 needs no more)."""
    write_bytes(path, table.to_csv(index=False, float_format="%.9g", lineterminator="\n").encode())


def write_weights(path: Path, weights: Iterable[np.ndarray]) -> None:
    """Write a model's weights in their order."""
    write_npz(path, {f"{position:03d}": weight for position, weight in enumerate(weights)})


def read_weights(path: Path) -> list[np.ndarray]:
    """Return the weights that `write_weights` wrote."""
    return [weight for _, weight in sorted(read_npz(path).items())]
