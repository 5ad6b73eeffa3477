"""Types of single fields, and what mappings of them have in common."""

from types import SimpleNamespace
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from tfvae.data.registry import DATASETS

# Their images do not fit the networks of architectures.yaml, which are made for 28x28.
_OF_OTHER_SIZE = {"usps", "flower_patches", "flowers102"}
_STUDIED = sorted(DATASETS.keys() - _OF_OTHER_SIZE)
_KNOWN = sorted(DATASETS)
_LARGEST_BETA = 1000
OWN = "(datasets)"  # stands in the place of an error, but in no file


def _beta(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LARGEST_BETA:
        raise ValueError(f"a number from 0 to {_LARGEST_BETA} is needed")
    if isinstance(value, float) and value.is_integer():
        raise ValueError(f"write {int(value)} instead of {value}: DVC would take them for two different values")
    return value


def distinct(values: list[Any]) -> list[Any]:
    """Return the values if no two are equal, else raise ValueError."""
    if len(set(values)) != len(values):
        raise ValueError("every entry may stand there once")
    return values


def _any_dataset(name: str) -> str:
    if name not in _KNOWN:
        raise ValueError(f"known datasets are {', '.join(_KNOWN)}")
    return name


def _dataset(name: str) -> str:
    if name not in _STUDIED:
        raise ValueError(f"known datasets are {', '.join(_STUDIED)}")
    return name


Common = TypeVar("Common")
Item = TypeVar("Item")
# The JSON schema, of which docs/parameters.md is made, is told what a function checks.
Distinct = Annotated[list[Item], AfterValidator(distinct), Field(json_schema_extra={"uniqueItems": True})]
Beta = Annotated[
    int | float,
    BeforeValidator(_beta),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _LARGEST_BETA}),
    Field(description="factor of the KL divergence in the loss"),
]
Count = Annotated[int, Field(ge=1, le=10_000_000)]
Images = Annotated[int, Field(ge=2, le=1_000_000)]
# A batch must be smaller than the smallest dataset, the digits with 1,437 training images.
BatchSize = Annotated[int, Field(ge=1, le=1024)]
Seed = Annotated[int, Field(ge=0, lt=2**31, description="of all random draws")]
Seeds = Annotated[Distinct[Seed], Field(min_length=1, max_length=100, description="a model is trained for each")]
Rate = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
LatentDim = Annotated[int, Field(ge=1, le=512)]
Neighbours = Annotated[int, Field(ge=1, le=100)]
Precision = Literal["float32", "bfloat16"]
Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
DatasetName = Annotated[str, AfterValidator(_dataset), Field(json_schema_extra={"enum": _STUDIED})]
Datasets = Distinct[DatasetName]
AnyDatasetName = Annotated[str, AfterValidator(_any_dataset), Field(json_schema_extra={"enum": _KNOWN})]
AnyDatasets = Annotated[Distinct[AnyDatasetName], Field(min_length=1)]
CandidateName = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}-[a-z0-9]{1,16}$", examples=["e13-d13"])]
Candidates = Annotated[Distinct[CandidateName], Field(min_length=1, max_length=10_000)]
Network = Literal["mlp", "cnn"]


class Section(BaseModel):
    """A mapping with exactly the keys that it names, and values of exactly the types that it names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PerNetwork(Section, Generic[Item]):
    """One value for each network."""

    mlp: Item
    cnn: Item


class PerDataset(Section, Generic[Common, Item]):
    """What concerns every dataset, under `common`, and beside it what is a dataset's own, under the dataset's name."""

    common: Common
    own: dict[AnyDatasetName, Item] = Field(alias=OWN)

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        common = {"common": content["common"]} if "common" in content else {}
        return {**common, OWN: {key: value for key, value in content.items() if key != "common"}}

    def of(self, dataset: str, network: str | None = None) -> SimpleNamespace:
        """Return what applies to a dataset, or to one network on it: the common values and its own."""
        item = self.own[dataset] if network is None else getattr(self.own[dataset], network)
        return SimpleNamespace(**dict(self.common), **dict(item))
