"""All that a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from pipeline.pages.pictures import Picture, from_png
from pipeline.pages.values import Record
from pipeline.thesis.tables import NETWORKS, TITLES
from tfvae.plotting.identity import STICK_BREAKING


@dataclass(frozen=True)
class Study:
    """What the stages wrote about one dataset, or about all that a page joins.

    Args:
        dataset: its name, or "study".
        parameters: relative address of the parameters' file.
        records: of all stages.
        figures: by name, as in "overview", the PNG's bytes and its relative address.
        arrays: by stage and by the name of a folder that it wrote ("mnist-mlp-0.2"), what the `.npz` files there hold.
        manifold_settings: by network, the parameters of the stage manifolds.
    """

    dataset: str
    parameters: str
    records: Sequence[Record]
    figures: Mapping[str, tuple[bytes, str]]
    arrays: Mapping[str, Mapping[str, Mapping[str, NDArray[Any]]]] = field(default_factory=dict)
    manifold_settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The dataset's name as people write it."""
        return TITLES.get(self.dataset, self.dataset)

    @property
    def networks(self) -> list[str]:
        """The networks that have records of the beta-VAE, dense first."""
        return [network for network in NETWORKS if self.of("main-experiments", network)]

    def of(self, stage: str, network: str | None = None) -> list[Record]:
        """Return the records of a stage, of one network or of all: dense first, in ascending beta."""
        found = [record for record in self.records if record.stage == stage]
        if network is not None:
            found = [record for record in found if record.content.get("network") == network]
        return sorted(found, key=_order)

    def arrays_of(self, stage: str, name: str) -> Mapping[str, NDArray[Any]]:
        """Return the arrays of a stage's folder, none if it is not among the inputs."""
        return self.arrays.get(stage, {}).get(name, {})

    def pictures(self, captions: Mapping[str, str], quality: int | None = None) -> list[tuple[Picture, str]]:
        """Return those of the figures {name: caption} that exist, each with its caption; `quality` as of `from_png`."""
        found = {name: text for name, text in captions.items() if name in self.figures}
        return [(from_png(*self.figures[name], quality), text) for name, text in found.items()]


def _order(record: Record) -> tuple[bool, bool, float]:
    content = record.content
    return content.get("network") == "cnn", content.get("posterior") == STICK_BREAKING, content.get("beta", 0.0)
