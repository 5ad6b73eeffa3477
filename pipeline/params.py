"""The schema of params.yaml: every field with its range and meaning, nothing unknown, nothing left out.

There are no defaults: a default is a parameter that DVC cannot see.
"""

from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML

from tfvae.data.registry import DATASETS
from tfvae.networks.shapes import check_decoder, encoder_features

IMAGE_SHAPE = (28, 28, 1)  # of every dataset of the registry


class ParameterError(Exception):
    """params.yaml is not as it must be; the message says where, what is allowed and what was found."""


def _beta(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1000:
        raise ValueError("a number from 0 to 1000 is needed")
    if isinstance(value, float) and value.is_integer():
        raise ValueError(f"write {int(value)} instead of {value}: DVC would take them for two different values")
    return value


def _distinct(values: list[Any]) -> list[Any]:
    if len(set(values)) != len(values):
        raise ValueError("every entry may stand there once")
    return values


def _dataset(name: str) -> str:
    if name not in DATASETS:
        raise ValueError(f"known datasets are {', '.join(sorted(DATASETS))}")
    return name


Item = TypeVar("Item")
Beta = Annotated[int | float, BeforeValidator(_beta)]
Count = Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
Seed = Annotated[int, Field(ge=0, lt=2**31, strict=True)]
Seeds = Annotated[list[Seed], Field(min_length=1, max_length=100), AfterValidator(_distinct)]
Rate = Annotated[float, Field(gt=0, le=1, strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1, strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1e6, strict=True, allow_inf_nan=False)]
DatasetName = Annotated[str, AfterValidator(_dataset)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}$")]
CandidateName = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}-[a-z0-9]{1,16}$")]
Network = Literal["mlp", "cnn"]


class Section(BaseModel):
    """A mapping with exactly the keys that it names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PerNetwork(Section, Generic[Item]):
    """One value for each network."""

    mlp: Item
    cnn: Item


class Model(Section):
    """What all models of the study share."""

    latent_dim: Annotated[int, Field(ge=1, le=512, strict=True, description="dimensions of a Gaussian latent")]
    likelihood: Literal["squared_error", "bernoulli"] = Field(description="pixel likelihood")


class Training(Section):
    """How models of one network are trained."""

    batch_size: Count = Field(description="images per step")
    learning_rate: Rate = Field(description="of Adam")
    batches: Literal["shuffled", "cyclic", "strict", "random_slices", "independent"] = Field(
        description="which images a step sees"
    )
    epsilons: Literal[
        "all_random", "one_each_time", "same_epsilon", "same_epsilon_set", "always_same", "always_same_set"
    ] = Field(description="how often noise is drawn anew; all but all_random are ablations")
    precision: Literal["float32", "bfloat16"] = Field(description="what hidden layers compute in")
    xla: Annotated[bool, Field(strict=True, description="compile the loop by XLA")]


class Convolution(Section):
    """A convolution (in a decoder: transposed)."""

    filters: Annotated[int, Field(ge=1, le=4096, strict=True)]
    kernel: Annotated[int, Field(ge=1, le=28, strict=True)]
    stride: Annotated[int, Field(ge=1, le=28, strict=True)]


class Pooling(Section):
    """An average pooling."""

    pool: Annotated[int, Field(ge=1, le=28, strict=True)]
    stride: Annotated[int, Field(ge=1, le=28, strict=True)]


class ConvolutionalDecoder(Section):
    """Where a dense layer's output is reshaped to, and the transposed convolutions that follow."""

    reshape: Annotated[list[Count], Field(min_length=3, max_length=3)]
    layers: Annotated[list[Convolution], Field(min_length=1, max_length=20)]


Units = Annotated[list[Annotated[int, Field(ge=1, le=65536, strict=True)]], Field(min_length=1, max_length=100)]


class DenseArchitectures(Section):
    """Encoders and decoders by name: the units of their hidden layers."""

    encoders: dict[Name, Units]
    decoders: dict[Name, Units]


def _kind_of_layer(layer: Any) -> str:
    if isinstance(layer, dict):
        return "(convolution)" if "filters" in layer or "kernel" in layer else "(pooling)"
    return "(pooling)" if isinstance(layer, Pooling) else "(convolution)"


_KINDS_OF_LAYER = ("(convolution)", "(pooling)")
Layer = Annotated[
    Annotated[Convolution, Tag("(convolution)")] | Annotated[Pooling, Tag("(pooling)")], Discriminator(_kind_of_layer)
]


def _fitting_encoder(layers: list[Convolution | Pooling]) -> list[Convolution | Pooling]:
    encoder_features(IMAGE_SHAPE, [layer.model_dump() for layer in layers])
    return layers


def _fitting_decoder(decoder: ConvolutionalDecoder) -> ConvolutionalDecoder:
    check_decoder(IMAGE_SHAPE, decoder.model_dump())
    return decoder


class ConvolutionalArchitectures(Section):
    """Encoders (valid padding) and decoders by name."""

    encoders: dict[
        Name,
        Annotated[list[Layer], Field(min_length=1, max_length=20), AfterValidator(_fitting_encoder)],
    ]
    decoders: dict[Name, Annotated[ConvolutionalDecoder, AfterValidator(_fitting_decoder)]]


class Architectures(Section):
    """The parts candidates are made of: the candidate e13-d13 is encoder e13 with decoder d13."""

    mlp: DenseArchitectures
    cnn: ConvolutionalArchitectures


class FidClassifier(Section):
    """Training of the classifier whose features FID uses."""

    seed: Seed
    steps: Count
    batch_size: Count
    learning_rate: Rate
    dropout: Share = Field(description="share of the 64 features dropped before the last layer")


class Grid(Section):
    """Search over architectures: every candidate trained for the same number of steps."""

    beta: Beta
    seeds: Seeds
    steps: Count
    images: Annotated[int, Field(ge=2, le=1_000_000, strict=True, description="generated to measure FID and TVD")]
    candidates: Annotated[list[CandidateName], Field(min_length=1), AfterValidator(_distinct)]


class ParetoSelect(Section):
    """From the grid's front to one architecture."""

    seed: Seed = Field(description="the first seed; further runs take the next ones")
    runs: Annotated[int, Field(ge=3, le=1000, strict=True, description="least number of runs for the consistency rule")]
    periods: Annotated[int, Field(ge=4, le=100, strict=True, description="times both metrics are measured")]
    period_steps: Count
    images: Annotated[int, Field(ge=2, le=1_000_000, strict=True)]
    noise_repeats: Annotated[int, Field(ge=2, le=100, strict=True, description="generations at fixed weights")]
    share: Annotated[float, Field(gt=0, le=1, strict=True, description="of the runs that must show the trend")]
    level: Annotated[float, Field(gt=0, le=0.5, strict=True, description="significance level of the Mann-Kendall test")]
    long_steps: Count = Field(description="of the long training that decides")
    architecture: Literal["selected"] | CandidateName = Field(description="'selected', or a candidate that is taken")


class Experiments(Section):
    """Budget of a configuration that is trained on several seeds."""

    seeds: Seeds
    steps: Count
    cooldown_share: Share = Field(description="last share of the steps, over which the learning rate falls to 0")
    periods: Count = Field(description="times the metrics are measured; divides the steps")
    period_images: Annotated[int, Field(ge=2, le=1_000_000, strict=True, description="generated at a period's end")]
    images: Annotated[int, Field(ge=2, le=1_000_000, strict=True, description="generated at the end")]

    @model_validator(mode="after")
    def _whole_periods(self) -> "Experiments":
        if self.steps % self.periods:
            raise ValueError(f"steps must be a multiple of periods; received {self.steps} and {self.periods}")
        return self


class StickBreaking(Experiments):
    """Budget and prior of the stick-breaking VAE."""

    sticks: Annotated[int, Field(ge=2, le=512, strict=True)]
    concentration: Annotated[
        float, Field(gt=0.01, le=1000, strict=True, description="alpha_0 of the prior Beta(1, alpha_0)")
    ]
    warmup_share: Share = Field(description="share of the steps over which the KL term fades in")
    gradient_clip: Positive = Field(description="bound of the gradient's global norm")


class AugmentedSampling(Section):
    """Samplers compared on trained models."""

    images: Annotated[int, Field(ge=2, le=1_000_000, strict=True, description="generated for each sampler")]
    scale: Positive = Field(description="factor of the 'augmented' latents")
    shift: Positive = Field(description="constant that is added to latents")
    components: Annotated[int, Field(ge=1, le=1000, strict=True, description="of the Gaussian mixture")]
    neighbours: Annotated[int, Field(ge=1, le=100, strict=True, description="k of precision and recall")]
    neighbour_images: Annotated[int, Field(ge=2, le=100_000, strict=True, description="used for precision and recall")]

    @model_validator(mode="after")
    def _enough_images(self) -> "AugmentedSampling":
        if not self.neighbours < self.neighbour_images <= self.images:
            raise ValueError("neighbours must be fewer than neighbour_images, and these at most as many as images")
        if self.components > self.images:
            raise ValueError("components must be at most as many as images")
        return self


class Manifolds(Section):
    """Models with two free latent dimensions, decoded on a grid."""

    seed: Seed
    steps: Annotated[int, Field(ge=10, le=10_000_000, strict=True, description="of training")]
    betas: Annotated[list[Beta], Field(min_length=1, max_length=10), AfterValidator(_distinct)]
    points: Annotated[int, Field(ge=2, le=100, strict=True, description="per axis of the grid")]
    scale: Positive
    shift: Positive


class TransferArchitecture(Section):
    """Where datasets without a search of their own take their architectures from."""

    source: DatasetName


class Parameters(Section):
    """The whole of params.yaml."""

    beta: Beta
    datasets: Annotated[list[DatasetName], Field(min_length=1), AfterValidator(_distinct)]
    searched: Annotated[list[DatasetName], Field(min_length=1), AfterValidator(_distinct)]
    transferred: Annotated[list[DatasetName], AfterValidator(_distinct)]
    transfer_architecture: TransferArchitecture
    model: Model
    training: PerNetwork[Training]
    architectures: Architectures
    train_fid_classifier: dict[DatasetName, FidClassifier]
    preliminary_grid: dict[DatasetName, PerNetwork[Grid]]
    pareto_select: dict[DatasetName, PerNetwork[ParetoSelect]]
    main_experiments: dict[DatasetName, PerNetwork[Experiments]]
    stick_breaking: dict[DatasetName, PerNetwork[StickBreaking]]
    augmented_sampling: dict[DatasetName, PerNetwork[AugmentedSampling]]
    manifolds: dict[DatasetName, PerNetwork[Manifolds]]

    @model_validator(mode="after")
    def _complete(self) -> "Parameters":
        if sorted(self.searched + self.transferred) != sorted(self.datasets):
            raise ValueError("'searched' and 'transferred' together must name every entry of 'datasets' once")
        if self.transferred and self.transfer_architecture.source not in self.searched:
            raise ValueError("transfer_architecture.source must be one of 'searched'")
        everywhere = ("train_fid_classifier", "main_experiments", "stick_breaking", "augmented_sampling", "manifolds")
        for section in everywhere:
            self._require(section, self.datasets)
        for section in ("preliminary_grid", "pareto_select"):
            self._require(section, self.searched)
        return self

    @model_validator(mode="after")
    def _known_candidates(self) -> "Parameters":
        for dataset, networks in self.preliminary_grid.items():
            for network in ("mlp", "cnn"):
                for name in getattr(networks, network).candidates:
                    self._require_candidate(f"preliminary_grid.{dataset}.{network}.candidates", network, name)
        for dataset, selections in self.pareto_select.items():
            for network in ("mlp", "cnn"):
                name = getattr(selections, network).architecture
                if name != "selected":
                    self._require_candidate(f"pareto_select.{dataset}.{network}.architecture", network, name)
        return self

    def _require(self, section: str, datasets: list[str]) -> None:
        missing = [name for name in datasets if name not in getattr(self, section)]
        if missing:
            keys = ", ".join(f"{section}.{name}" for name in missing)
            raise ValueError(f"{keys}: every dataset of the study needs its entry there")

    def _require_candidate(self, key: str, network: str, name: str) -> None:
        parts = getattr(self.architectures, network)
        encoder, decoder = name.split("-")
        if encoder not in parts.encoders or decoder not in parts.decoders:
            raise ValueError(
                f"{key}: there is no candidate {name!r}; encoders are {', '.join(parts.encoders)}, decoders "
                f"{', '.join(parts.decoders)}"
            )

    def candidate(self, network: str, name: str) -> dict[str, Any]:
        """Return {"name", "encoder", "decoder"} of a candidate, as plain data."""
        parts = getattr(self.architectures, network).model_dump()
        encoder, decoder = name.split("-")
        return {"name": name, "encoder": parts["encoders"][encoder], "decoder": parts["decoders"][decoder]}


def load_parameters(path: Path) -> Parameters:
    """Read and check a parameter file.

    Raises:
        ParameterError: with one line for each mistake: the key, what is allowed, what was found.
    """
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ParameterError(f"{path} cannot be read: {error.strerror}") from error
    except Exception as error:  # the parser raises KeyError, IndexError, RecursionError and more on broken files
        raise ParameterError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ParameterError(f"{path} must be a mapping of names to values. Received: {content!r}")
    try:
        return Parameters.model_validate(content)
    except ValidationError as error:
        lines = [_explain(entry) for entry in error.errors(include_url=False)]
        raise ParameterError(f"{path}:\n" + "\n".join(f"  {line}" for line in dict.fromkeys(lines))) from None


def _explain(entry: Any) -> str:
    key = ".".join(str(part) for part in entry["loc"] if part not in _KINDS_OF_LAYER) or "the file"
    if entry["type"] == "extra_forbidden":
        return f"{key}: there is no such parameter; remove it or correct its name"
    if entry["type"] == "missing":
        return f"{key}: this parameter is missing; every parameter has to be given"
    message = entry["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    received = entry["input"]
    shown = "" if isinstance(received, dict) else f". Received: {received!r}"
    return f"{key}: {message}{shown}"
