"""The schema of params.yaml: the thesis's study, and which datasets every stage studies.

Where a section has a part `common`, the rest costs time or depends on a dataset's size and is keyed by dataset and
network.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from pipeline.params.fields import (
    AnyDatasets,
    BatchSize,
    Beta,
    Betas,
    Candidates,
    Components,
    Concentration,
    CooldownShare,
    Count,
    DatasetName,
    Datasets,
    Images,
    LatentDim,
    Likelihood,
    Neighbours,
    PerDataset,
    PerNetwork,
    Positive,
    Precision,
    Rate,
    Section,
    Seed,
    Seeds,
    Share,
    Steps,
    neighbours_conflicts,
)

KINDS_OF_CANDIDATES = ("(all)", "(names)")  # stand in the place of an error, but in no file


class Model(Section):
    """Values of all models of the study."""

    latent_dim: LatentDim = Field(description="dimensions of a Gaussian latent")
    likelihood: Likelihood


class Training(Section):
    """How models of one network are trained."""

    batch_size: BatchSize
    learning_rate: Rate
    batches: Literal["shuffled", "cyclic", "strict", "random_slices", "independent"] = Field(
        description="order in which training steps see the images"
    )
    epsilons: Literal[
        "all_random", "one_each_time", "same_epsilon", "same_epsilon_set", "frozen", "always_same", "always_same_set"
    ] = Field(description="how often noise is drawn anew; all but all_random are ablations")
    precision: Precision
    xla: Annotated[bool, Field(description="whether XLA compiles the training loop")]


class ClassifierCommon(Section):
    """Training of the classifier whose features FID uses."""

    seed: Seed
    batch_size: BatchSize
    learning_rate: Rate = Field(description="learning rate of Adam at the first step")
    dropout: Share = Field(description="share of the 64 features dropped before the last layer")


class ClassifierBudget(Section):
    """Budget of the classifier of one dataset."""

    steps: Steps


class ClassifierSettings(ClassifierCommon, ClassifierBudget):
    """Settings of the classifier of one dataset."""


class GridCommon(Section):
    """Values of all searches over architectures."""

    beta: Beta = Field(description="beta of the models that are trained to compare architectures")


class GridBudget(Section):
    """Budget of a search over architectures: every candidate is trained for the same number of steps."""

    seeds: Seeds
    steps: Steps
    images: Images = Field(description="images generated to measure FID and TVD")
    candidates: Annotated[
        Annotated[Literal["all"], Tag("(all)")] | Annotated[Candidates, Tag("(names)")],
        Discriminator(lambda value: "(all)" if isinstance(value, str) else "(names)"),
    ] = Field(description="names of candidates, or `all` for those that architectures.yaml lists")


class GridSettings(GridCommon, GridBudget):
    """Settings of a search over architectures."""


class SelectionCommon(Section):
    """The rule that leads from the grid's front to one architecture."""

    seed: Seed = Field(description="first seed; further runs take the next ones")
    runs: Annotated[int, Field(ge=3, le=1000, description="least number of runs for the consistency rule")]
    periods: Annotated[int, Field(ge=4, le=100, description="number of times that both metrics are measured")]
    noise_repeats: Annotated[int, Field(ge=2, le=100, description="generations at fixed weights")]
    share: Annotated[float, Field(gt=0, le=1, description="share of the runs that must show the trend")]
    level: Annotated[float, Field(gt=0, le=0.5, description="significance level of the Mann-Kendall test")]


class SelectionBudget(Section):
    """Budget of a selection, and its result where it is given."""

    period_steps: Steps = Field(description="training steps of each period")
    images: Images = Field(description="images generated to measure FID and TVD")
    long_steps: Steps = Field(description="steps of the long training that decides")
    architecture: Annotated[
        str,
        Field(
            pattern=r"^(selected|[a-z0-9]{1,16}-[a-z0-9]{1,16})$",
            description="`selected`, or the name of a candidate that is taken instead",
        ),
    ]


class SelectionSettings(SelectionCommon, SelectionBudget):
    """Settings of a selection."""


class ExperimentsCommon(Section):
    """How models that are trained on several seeds are trained and followed."""

    cooldown_share: CooldownShare
    periods: Count = Field(description="number of times that the metrics are measured; divides the steps")


class StickBreakingCommon(ExperimentsCommon):
    """The same for the stick-breaking VAE, with its prior."""

    sticks: Annotated[int, Field(ge=2, le=512, description="weights of a latent, which sum to 1")]
    concentration: Concentration
    warmup_share: Share = Field(description="share of the steps over which the KL term fades in")
    gradient_clip: Positive = Field(description="bound of the gradient's global norm")


class ExperimentsBudget(Section):
    """Budget of a configuration that is trained on several seeds."""

    seeds: Seeds
    steps: Steps
    period_images: Images = Field(description="images generated at the end of a period")
    images: Images = Field(description="images generated at the end of the training")


class ExperimentsSettings(ExperimentsCommon, ExperimentsBudget):
    """Settings of a configuration that is trained on several seeds."""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Check that periods are of equal length."""
        if self.steps % self.periods:
            yield "", f"steps must be a multiple of common.periods. Received: {self.steps} and {self.periods}"


class StickBreakingSettings(StickBreakingCommon, ExperimentsSettings):
    """Settings of the stick-breaking VAE."""


class SamplingCommon(Section):
    """Samplers that are compared on trained models."""

    scale: Positive = Field(description="factor of the 'augmented' latents")
    shift: Positive = Field(description="constant that is added to latents")
    components: Components
    neighbours: Neighbours


class SamplingBudget(Section):
    """How much is generated to compare samplers."""

    images: Images = Field(description="images generated for each sampler")
    neighbour_images: Annotated[
        int, Field(ge=2, le=100_000, description="how many of these precision, recall, density and coverage are of")
    ]


class SamplingSettings(SamplingCommon, SamplingBudget):
    """Settings of the comparison of samplers."""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Check that there are as many images as measures and the mixture need."""
        yield from neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
        if self.components > self.images:
            yield "", "components must be at most as many as images"


class ManifoldsCommon(Section):
    """Models with two free latent dimensions, and the grid on which they are decoded."""

    seed: Seed
    betas: Betas
    points: Annotated[int, Field(ge=2, le=100, description="points of each axis of the grid")]
    scale: Positive = Field(description="factor of the 'scaled' latents")
    shift: Positive = Field(description="constant that is added to latents")


class ManifoldsBudget(Section):
    """Budget of each model with two free latent dimensions."""

    steps: Annotated[int, Field(ge=10, le=10_000_000, description="training steps")]


class ManifoldsSettings(ManifoldsCommon, ManifoldsBudget):
    """Settings of the models with two free latent dimensions."""


class TransferArchitecture(Section):
    """Where datasets without a search of their own take their architectures from."""

    source: DatasetName = Field(description="dataset, one of `searched`, whose architectures they take")


class Thesis(Section):
    """The whole of params.yaml."""

    beta: Beta = Field(description="beta of the beta-VAE that the summaries report")
    datasets: Annotated[Datasets, Field(min_length=1, description="datasets of the study")]
    searched: Annotated[Datasets, Field(min_length=1, description="datasets for which architectures are searched")]
    transferred: Datasets = Field(
        description="the other datasets of the study, which take the architecture of another dataset"
    )
    latent_datasets: Annotated[Datasets, Field(min_length=1, description="datasets whose latent spaces are analysed")]
    conditional_datasets: AnyDatasets = Field(description="datasets on which conditional models are compared")
    vector_quantised_datasets: Annotated[
        Datasets, Field(min_length=1, description="datasets on which vector-quantised models are compared")
    ]
    colour_datasets: AnyDatasets = Field(description="datasets of colour images")
    classified: AnyDatasets = Field(
        description="datasets whose classifiers are trained: all of the above but those in colour"
    )
    fetched: AnyDatasets = Field(description="datasets that are fetched: all of the above")
    transfer_architecture: TransferArchitecture
    model: Model
    training: PerNetwork[Training]
    train_fid_classifier: PerDataset[ClassifierCommon, ClassifierBudget, ClassifierSettings]
    preliminary_grid: PerDataset[GridCommon, PerNetwork[GridBudget], PerNetwork[GridSettings]]
    pareto_select: PerDataset[SelectionCommon, PerNetwork[SelectionBudget], PerNetwork[SelectionSettings]]
    main_experiments: PerDataset[ExperimentsCommon, PerNetwork[ExperimentsBudget], PerNetwork[ExperimentsSettings]]
    stick_breaking: PerDataset[StickBreakingCommon, PerNetwork[ExperimentsBudget], PerNetwork[StickBreakingSettings]]
    augmented_sampling: PerDataset[SamplingCommon, PerNetwork[SamplingBudget], PerNetwork[SamplingSettings]]
    manifolds: PerDataset[ManifoldsCommon, PerNetwork[ManifoldsBudget], PerNetwork[ManifoldsSettings]]
