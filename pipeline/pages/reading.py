"""From files that stages wrote to what pages show, each with its address relative to the page's folder `home`."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files
from pipeline.pages.values import Record


def read_records(paths: Iterable[Path], home: Path) -> list[Record]:
    """Return the records, each once."""
    records = []
    for path in dict.fromkeys(paths):
        content = files.read_json(path)
        records.append(Record(*maker(path, content), address(path, home), content))
    return records


def maker(path: Path, content: Any) -> tuple[str, str]:
    """Return which stage wrote a record, and which of the stage's records it is, "" if it is the only one."""
    folder = path.parent.name
    if folder == "architectures":
        return "pareto-select" if content["searched_on"] == content["dataset"] else "transfer-architecture", path.stem
    return (path.stem, "") if folder == "metrics" else (folder, path.stem)


def read_figures(folder: Path, home: Path) -> dict[str, tuple[bytes, str]]:
    """Return the figures of a folder by their names."""
    return {path.stem: (path.read_bytes(), address(path, home)) for path in sorted(folder.glob("*.png"))}


def read_arrays(folders: Iterable[Path]) -> dict[str, dict[str, dict[str, np.ndarray]]]:
    """Return the arrays directly in each folder, {stage: {name: arrays}}; those of single runs lie deeper."""
    arrays: dict[str, dict[str, dict[str, np.ndarray]]] = {}
    for folder in dict.fromkeys(folders):
        of_stage = arrays.setdefault(folder.parent.name, {})
        of_stage[folder.name] = {
            name: array for path in sorted(folder.glob("*.npz")) for name, array in files.read_npz(path).items()
        }
    return arrays


def address(path: Path, home: Path) -> str:
    """Return the relative address of a file."""
    return Path(os.path.relpath(path, home)).as_posix()
