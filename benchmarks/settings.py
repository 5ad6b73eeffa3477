"""What one run of the benchmark is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NETWORKS = ("mlp", "cnn")


@dataclass(frozen=True)
class Settings:
    """One run of the benchmark.

    Args:
        images: a `.npy` file of uint8 images (N, 28, 28, 1).
        scratch: a folder that vanishes after the run.
        training: {network: {"precision", "xla"}}, as the pipeline trains.
        rounds: of the throughput; the rest takes 3 at most.
        seconds: a round of one contender takes about so long.
        peer: the interpreter with pythae; None to leave it out.
    """

    images: Path
    scratch: Path
    training: Mapping[str, Mapping[str, Any]]
    rounds: int
    seconds: float
    peer: str | None

    @property
    def errors(self) -> Path:
        """Where the workers' standard error goes."""
        return self.scratch / "errors.txt"

    def options(self, network: str) -> dict[str, Any]:
        """Return a worker's options."""
        return {
            "network": network,
            "images": str(self.images),
            "scratch": str(self.scratch),
            **self.training[network],
        }


def read_training(parameters: Path) -> dict[str, dict[str, Any]]:
    """Return {network: {"precision", "xla"}} of a params.yaml and the files in the folder `params` beside it."""
    from pipeline.params.loading import load_parameters

    training = load_parameters(parameters).training
    return {network: training.of(network).model_dump(include={"precision", "xla"}) for network in NETWORKS}
