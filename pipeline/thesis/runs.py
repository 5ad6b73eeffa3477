"""Where the stages of the study keep what they wrote about one dataset: a file or folder per network and beta."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.names import NETWORK_TITLES


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
        return [folder / f"{self.dataset}-{network}{suffix}" for network in NETWORK_TITLES]

    def by_beta(self, folder: Path, suffix: str = ".json") -> list[Path]:
        """Return a path in `folder` for each network and beta, in ascending beta."""
        betas = sorted(set(self.betas))
        return [folder / f"{self.dataset}-{network}-{beta}{suffix}" for network in NETWORK_TITLES for beta in betas]
