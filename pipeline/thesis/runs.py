"""Where the stages of the study keep what they wrote about one dataset: a file or folder per network and beta."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline import files
from pipeline.thesis.figures import Run

NETWORKS = ("mlp", "cnn")


@dataclass(frozen=True)
class Runs:
    """The paths of one dataset; a beta that is named twice counts once.

    Args:
        dataset: its name.
        betas: of the beta-VAEs, as they stand in file names. What another beta left there yesterday is not seen.
    """

    dataset: str
    betas: Iterable[int | float] = ()

    def by_network(self, folder: Path, suffix: str = ".json") -> list[Path]:
        """Return a path in `folder` for each network."""
        return [folder / f"{self.dataset}-{network}{suffix}" for network in NETWORKS]

    def by_beta(self, folder: Path, suffix: str = ".json") -> list[Path]:
        """Return a path in `folder` for each network and beta, in ascending beta."""
        betas = sorted(set(self.betas))
        return [folder / f"{self.dataset}-{network}-{beta}{suffix}" for network in NETWORKS for beta in betas]


def read_run(folder: Path, path: Path) -> Run:
    """Return a trained configuration from its folder of models and its record."""
    record = files.read_json(path)
    histories = {seed: pd.read_csv(folder / f"seed-{seed}" / "history.csv") for seed in record["seeds"]}
    arrays = files.read_npz(folder / "samples.npz")
    frames, scales = arrays["frames"], arrays["scales"]
    return Run(record, histories, {**arrays, "plain": frames[0], "scaled": frames[-1]}, float(scales[-1]))
