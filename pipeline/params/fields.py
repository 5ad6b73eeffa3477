"""Types of single fields, and the forms of mappings of them."""

from collections.abc import Callable, Collection, Container, Iterator
from inspect import get_annotations
from itertools import takewhile
from typing import Annotated, Any, Generic, Literal, Self, TypeVar, overload

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    Tag,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from tfvae.data.registry import DATASETS
from tfvae.errors import Refused

_SHAPE = (28, 28, 1)  # of an image; the networks of architectures.yaml are made for it
_OTHER_SHAPES = {"usps": (16, 16, 1), "flower_patches": (32, 32, 3), "flowers102": (96, 96, 3)}
_ALL = sorted(DATASETS)
_STUDIED = sorted(DATASETS.keys() - _OTHER_SHAPES.keys())
_LARGEST_BETA = 1000
_BETA_DIGITS = 6


def _beta(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LARGEST_BETA:
        raise ValueError(f"a number from 0 to {_LARGEST_BETA} is needed")
    # DVC names stages and paths by `str`, so 1.0 would train once more what 1 has trained, and so would
    # 0.30000000000000004, of which rounding makes 0.3.
    rounded = float(f"{value:.{_BETA_DIGITS}g}")
    shortest = int(rounded) if rounded.is_integer() else rounded
    if str(value) != str(shortest):
        form = f"the shortest form, of at most {_BETA_DIGITS} digits"
        raise ValueError(f"write {shortest} instead of {value}: {form}, names stages and files")
    return value


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise ValueError("every entry may stand there once")
    return values


def _one_of(kind: str, names: Collection[str]) -> Callable[[str], str]:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"known {kind} are {', '.join(names)}")
        return name

    return check


def image_shape(dataset: str) -> tuple[int, int, int]:
    """Return the shape (H, W, C) of a dataset's images."""
    return _OTHER_SHAPES.get(dataset, _SHAPE)


Item = TypeVar("Item")
# The JSON schema, of which docs/parameters.md is made, is told what a function checks.
Distinct = Annotated[list[Item], AfterValidator(_distinct), Field(json_schema_extra={"uniqueItems": True})]
SomeDistinct = Annotated[Distinct[Item], Field(min_length=1)]
Beta = Annotated[
    int | float,
    BeforeValidator(_beta),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": _LARGEST_BETA, "significantDigits": _BETA_DIGITS}),
    Field(description="factor of the KL divergence in the loss"),
]
Betas = Annotated[SomeDistinct[Beta], Field(max_length=10, description="betas of the beta-VAEs, one each")]
Count = Annotated[int, Field(ge=1, le=10_000_000)]
Steps = Annotated[Count, Field(description="training steps")]
Images = Annotated[int, Field(ge=2, le=1_000_000)]
ClassifierImages = Annotated[
    Images, Field(description="images generated to measure, and to train the accuracy score's classifier")
]
NeighbourImages = Annotated[
    Images, Field(description="how many of these precision, recall, density and coverage are of")
]
# t-SNE needs more of them than its perplexity.
ArrangedImages = Annotated[int, Field(ge=50, le=100_000, description="test images that t-SNE arranges")]
# A batch must be smaller than the smallest dataset, the digits with 1,437 training images.
BatchSize = Annotated[int, Field(ge=1, le=1024, description="images per training step")]
Seed = Annotated[int, Field(ge=0, lt=2**31, description="seed of all random draws")]
Seeds = Annotated[SomeDistinct[Seed], Field(max_length=100, description="seeds; a model is trained for each")]
Rate = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False, description="learning rate of Adam")]
LatentDim = Annotated[int, Field(ge=1, le=512, description="dimensions of a latent")]
Components = Annotated[int, Field(ge=1, le=1000, description="components of the Gaussian mixture")]
Sticks = Annotated[int, Field(ge=2, le=512, description="weights of a latent, which sum to 1")]
Concentration = Annotated[float, Field(gt=0.01, le=1000, description="alpha_0 of the sticks' prior Beta(1, alpha_0)")]
Neighbours = Annotated[int, Field(ge=1, le=100, description="k of precision, recall, density and coverage")]
# The one parameter that may be absent: that of the study, which DVC sees, then counts (`pipeline.params.precision`).
Precision = Annotated[
    Literal["float32", "bfloat16"],
    Field(default=None, description="number format in which hidden layers compute; may be absent: that of the study"),
]
Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
CooldownShare = Annotated[Share, Field(description="last share of the steps, over which the learning rate falls to 0")]
Factor = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
Likelihood = Annotated[Literal["squared_error", "bernoulli"], Field(description="likelihood of a pixel")]
DatasetName = Annotated[str, AfterValidator(_one_of("datasets", _STUDIED)), Field(json_schema_extra={"enum": _STUDIED})]
Datasets = SomeDistinct[DatasetName]
AnyDatasetName = Annotated[str, AfterValidator(_one_of("datasets", _ALL)), Field(json_schema_extra={"enum": _ALL})]
AnyDatasets = SomeDistinct[AnyDatasetName]
CandidateName = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}-[a-z0-9]{1,16}$", examples=["e13-d13"])]
Candidates = Annotated[SomeDistinct[CandidateName], Field(max_length=10_000)]
KINDS_OF_CANDIDATES = ("(all)", "(names)")  # stand in the place of an error, but in no file
# The word `all`, or names.
AllOr = Annotated[
    Annotated[Literal["all"], Tag("(all)")] | Annotated[Item, Tag("(names)")],
    Discriminator(lambda value: "(all)" if isinstance(value, str) else "(names)"),
]
Conflicts = Iterator[tuple[tuple[str, ...], str]]


class Section(BaseModel):
    """A mapping with exactly the keys that it names, and values of exactly the types that it names."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def _conflicts(self) -> Conflicts:
        """Yield (keys, mistake) for values that are right each by itself but do not fit together; () is the whole."""
        yield from ()

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        errors = [
            InitErrorDetails(type=PydanticCustomError("conflict", "{text}", {"text": text}), loc=keys, input={})
            for keys, text in self._conflicts()
        ]
        if errors:
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        return self


class Optimisation(Section):
    """Training by Adam with batches; the learning rate falls at the end."""

    batch_size: BatchSize
    learning_rate: Rate
    cooldown_share: CooldownShare
    precision: Precision


class PerNetwork(Section, Generic[Item]):
    """One value for each network."""

    mlp: Item
    cnn: Item

    def of(self, network: str) -> Item:
        """Return the value of a network."""
        return {"mlp": self.mlp, "cnn": self.cnn}[network]


NetworkName = Annotated[str, AfterValidator(_one_of("networks", PerNetwork.model_fields))]


def neighbours_conflicts(neighbours: int, neighbour_images: int, images: int) -> Conflicts:
    """Yield, as `Section._conflicts` does, whether images are too few for nearest neighbours among some of them."""
    if not neighbours < neighbour_images <= images:
        yield (), "neighbours must be fewer than neighbour_images, and these at most as many as images"


def with_fields(section: type[Section], names: Container[str]) -> type[Section]:
    """Return a section with some of the fields of another."""
    fields: Any = {name: (field.annotation, field) for name, field in section.model_fields.items() if name in names}
    return create_model(section.__name__, __base__=Section, **fields)


class OfEachDataset:
    """The type of `_`, which divides settings: fields above it are common, those below it each dataset's own."""


class Part:
    """Marks a type of settings of which a mapping holds only the common fields, or only the others."""

    def __init__(self, *, common: bool) -> None:
        self.common = common

    def __get_pydantic_core_schema__(self, settings: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler(settings) if isinstance(settings, TypeVar) else handler.generate_schema(self._of(settings))

    def _of(self, settings: Any) -> Any:
        if issubclass(settings, PerNetwork):
            return PerNetwork[self._of(_argument(settings, 0))]  # type: ignore[misc]
        common = {name for part in settings.__mro__ for name in takewhile("_".__ne__, get_annotations(part))}
        return with_fields(settings, common if self.common else settings.model_fields.keys() - common)


Settings = TypeVar("Settings", bound=Section)
Entry = TypeVar("Entry", bound=Section)


class PerDataset(Section, Generic[Settings, Entry]):
    """Values of every dataset, under `common`, and each dataset's own, under its name.

    `Settings` has the fields of both and checks them together; `Entry` is `Settings`, or `PerNetwork` of them.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[AnyDatasetName, Annotated[Entry, Part(common=False)]]
    common: Annotated[Settings, Part(common=True)]
    _settings: dict[str, Entry]

    @model_validator(mode="after")
    def _join(self) -> Self:
        content = {name: self._with_common(own) for name, own in self.__pydantic_extra__.items()}
        joined: Any = dict[str, _argument(type(self), 1)]  # type: ignore[misc]
        self._settings = TypeAdapter(joined).validate_python(content)
        return self

    def _with_common(self, own: Section) -> dict[str, Any]:
        if isinstance(own, PerNetwork):
            return {network: self._with_common(part) for network, part in own}
        return {name: value for part in (self.common, own) for name, value in part if name in part.model_fields_set}

    @overload
    def of(self, dataset: str) -> Entry: ...
    @overload
    def of(self: "PerDataset[Any, PerNetwork[Item]]", dataset: str, network: str) -> Item: ...
    def of(self, dataset: str, network: str | None = None) -> Any:
        """Return the settings of a dataset, or of one network on it: the common values and its own.

        Raises:
            Refused: if the dataset has none.
        """
        if dataset not in self._settings:
            raise Refused(f"the parameters of this stage are of {', '.join(self._settings)}. Received: {dataset!r}")
        settings: Any = self._settings[dataset]
        return settings if network is None else settings.of(network)

    def by_dataset(self) -> dict[str, Entry]:
        """Return the settings of every dataset that has its own."""
        return self._settings


def _argument(model: type[BaseModel], position: int) -> Any:
    """Return an argument in the brackets of a generic section."""
    return model.__pydantic_generic_metadata__["args"][position]
