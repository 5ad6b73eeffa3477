"""Stage dataset-report: a page for people about one dataset, with all that it needs inside."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import stage
from pipeline.pages.contents import SECTIONS
from pipeline.pages.rendering import page, part, sections_of
from pipeline.pages.study import Study
from pipeline.pages.values import Record


def stage_of(folder: str, content: Any) -> str:
    """Return which stage wrote a record, by the folder it lies in."""
    if folder != "architectures":
        return folder
    return "pareto-select" if content["searched_on"] == content["dataset"] else "transfer-architecture"


def read_records(paths: Iterable[Path], home: Path) -> list[Record]:
    """Return the records, each once, with their addresses relative to the folder `home`."""
    records = []
    for path in dict.fromkeys(paths):
        content = stage.read_json(path)
        records.append(Record(stage_of(path.parent.name, content), path.stem, _address(path, home), content))
    return records


def read_figures(folder: Path, home: Path) -> dict[str, tuple[bytes, str]]:
    """Return the figures of a folder by their names, each with its address."""
    return {path.stem: (path.read_bytes(), _address(path, home)) for path in sorted(folder.glob("*.png"))}


def read_arrays(folders: Iterable[Path]) -> dict[str, dict[str, dict[str, np.ndarray]]]:
    """Return the arrays directly in each folder, {stage: {name: arrays}}; those of single runs lie deeper."""
    arrays: dict[str, dict[str, dict[str, np.ndarray]]] = {}
    for folder in dict.fromkeys(folders):
        of_stage = arrays.setdefault(folder.parent.name, {})
        of_stage[folder.name] = {
            name: array for path in sorted(folder.glob("*.npz")) for name, array in stage.read_npz(path).items()
        }
    return arrays


def _address(path: Path, home: Path) -> str:
    return Path(os.path.relpath(path, home)).as_posix()


def main(parameters: Any, arguments: Any) -> None:
    """Write one dataset's page."""
    dataset, home = arguments.dataset, arguments.page.parent
    arrays = read_arrays(arguments.models)
    networks = [name.removeprefix(f"{dataset}-") for name in arrays.get("manifolds", {})]
    study = Study(
        dataset=dataset,
        parameters=_address(stage.PARAMETERS, home),
        records=read_records(arguments.records, home),
        figures=read_figures(arguments.figures, home),
        arrays=arrays,
        manifold_settings={network: parameters.manifolds.of(dataset, network) for network in networks},
    )
    content = part(dataset, study.title, sections_of(study, SECTIONS))
    stage.write_bytes(arguments.page, page(f"{study.title}: variational auto-encoders", [content]))


if __name__ == "__main__":
    stage.run(
        main,
        reads={"records": "+", "figures": 1, "models": "+"},
        writes=("page",),
        options=("dataset",),
    )
