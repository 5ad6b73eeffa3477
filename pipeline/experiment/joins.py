"""Inputs of the stages that join what others wrote: their paths, made without listing a folder, and their stages."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.names import NETWORK_TITLES


def of_dataset(folder: Path, dataset: str, betas: Sequence[int | float] = (), ending: str = ".json") -> list[Path]:
    """Return the paths of a dataset below a stage's folder: one, or one for each network, or for each beta of each.

    The existing files show which of these the stage writes. Names are composed, never listed, so a former beta's files
    stay out. `betas` count once each; where a network has one of them, all count. The ending is
    "" for folders.
    """
    if not folder.is_dir():
        raise files.damaged(folder, "there is no such folder")
    networks = [f"{dataset}-{network}" for network in NETWORK_TITLES]
    runs = [[f"{name}-{beta}" for beta in dict.fromkeys(betas)] for name in networks]
    together = [[folder / f"{name}{ending}" for name in names] for names in ([dataset], *zip(networks), *runs)]
    return [path for paths in together if any(path.exists() for path in paths) for path in paths]


def of_networks(
    folder: Path, dataset: str, betas: Iterable[int | float] | None = None, ending: str = ".json"
) -> list[Path]:
    """Return a path for each network, or for each beta of each, ascending; a beta that is named twice counts once."""
    endings = [ending] if betas is None else [f"-{beta}{ending}" for beta in sorted(set(betas))]
    return [folder / f"{dataset}-{network}{rest}" for network in NETWORK_TITLES for rest in endings]


def maker(path: Path, record: Mapping[str, Any]) -> tuple[str, str]:
    """Return the stage that wrote a record, and which of the stage's records it is, "" if it is the only one."""
    folder = path.parent.name
    if folder == "architectures":
        return "pareto-select" if record["searched_on"] == record["dataset"] else "transfer-architecture", path.stem
    return (path.stem, "") if folder == "metrics" else (folder, path.stem)
