"""What all stages share: the command line, the check of the parameters, and files that are whole or absent."""

import argparse
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.params.loading import ParameterError, load_parameters
from pipeline.params.sections import Parameters
from tfvae import lifetime

if TYPE_CHECKING:
    import pandas as pd  # half a second that most stages need not spend

PARAMETERS = Path("params.yaml")
LIBRARY = Path(lifetime.__file__).parent


def run(
    main: Callable[[Parameters, Any], None],
    reads: Mapping[str, int | str] | None = None,
    writes: Iterable[str] = (),
    options: Iterable[str] = (),
) -> None:
    """Run a stage as a command: check params.yaml, parse the command line, call `main(parameters, arguments)`.

    Args:
        main: the stage.
        reads: paths the stage reads, name -> 1 for one path or "+" for several.
        writes: names of the paths it writes.
        options: names of plain text options, such as a dataset.

    The process ends with status 1 and one message if the parameters, the files or the computation are at fault, and
    soon after DVC has died.
    """
    lifetime.end_with_parent(os.getppid())
    parser = argparse.ArgumentParser(description=sys.modules[main.__module__].__doc__)
    for name, count in (reads or {}).items():
        several = {"nargs": count} if isinstance(count, str) else {}
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True, **several)
    for name in writes:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, required=True)
    for name in options:
        parser.add_argument(f"--{name.replace('_', '-')}", required=True)
    arguments = SimpleNamespace(**vars(parser.parse_args()))
    try:
        main(load_parameters(PARAMETERS), arguments)
    except (ParameterError, OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
    except ValueError as error:
        if not refused_by_library(error):
            raise
        sys.exit(f"error: {error}")


def refused_by_library(error: ValueError) -> bool:
    """Return whether a `raise` statement of tfvae raised this: it refuses an input. All else is a mistake of the code.

    An error of a worker process brings that process's traceback along as text, which is its cause.
    """
    cause = error.__cause__
    trace = str(cause) if type(cause).__name__ == "_RemoteTraceback" else "".join(traceback.format_exception(error))
    frames = re.findall(r'^  File "(.+)", line \d+.*\n(?: {4}(.*)\n)?', trace, flags=re.MULTILINE)
    if not frames:
        return False
    file, statement = frames[-1]
    return Path(file).is_relative_to(LIBRARY) and statement.startswith("raise ")


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


def number(text: str) -> int | float:
    """Return a number from the command line as YAML would read it: 2 stays whole."""
    return int(text) if text.lstrip("-").isdigit() else float(text)
