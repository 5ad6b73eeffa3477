"""The inputs of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline import files
from pipeline.experiment.precisions import by_precision, told
from pipeline.names import dataset_title
from pipeline.pages.pictures import Picture, from_png
from pipeline.pages.values import Record
from tfvae.plotting.identity import STICK_BREAKING

Arrays = files.Named


@dataclass(frozen=True)
class Study:
    """The results of one dataset, or of all that a page joins."""

    dataset: str  # its name, or "study"
    parameters: str  # relative address of the parameters' file
    records: Sequence[Record]
    figures: Mapping[str, tuple[bytes, str]]  # by name, as in "overview": the PNG's bytes and its relative address
    arrays: Mapping[tuple[str, str], Arrays] = field(default_factory=dict)  # as ("manifolds", "mnist-mlp")
    manifold_settings: Mapping[str, Any] = field(default_factory=dict)  # by network, the parameters of the stage
    decoders: Sequence[Mapping[str, Any]] = ()  # as `pipeline.pages.decoders.read_decoder` returns them

    @property
    def title(self) -> str:
        """The dataset's name as people write it."""
        return dataset_title(self.dataset)

    @property
    def precisions(self) -> str:
        """The sentence on the number formats that its models were trained in."""
        records = [(record.target, record.content) for record in self.records]
        manifolds = [(f"manifolds@{self.dataset}-{name}", vars(one)) for name, one in self.manifold_settings.items()]
        return told(by_precision(records + manifolds))

    def of(self, *stages: str, network: str | None = None) -> list[Record]:
        """Return the records of stages, of one network or of all: dense first, in ascending beta, sticks last."""
        records = (record for record in self.records if record.stage in stages)
        return sorted((one for one in records if network in (None, one.content.get("network"))), key=_order)

    def pictures(self, captions: Mapping[str, str], quality: int | None = None) -> list[tuple[Picture, str]]:
        """Return the existing figures of {name: caption}, each with its caption; `quality` as of `from_png`."""
        present = {name: text for name, text in captions.items() if name in self.figures}
        return [(from_png(*self.figures[name], quality), text) for name, text in present.items()]


def _order(record: Record) -> tuple[bool, bool, float]:
    content = record.content
    return content.get("network") == "cnn", content.get("posterior") == STICK_BREAKING, content.get("beta", 0.0)
