"""The sections of params.yaml.

Where a section has a part `common`, the rest costs time or depends on a dataset's size and is keyed by dataset and
network.
"""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from pipeline.params.fields import (
    AnyDatasets,
    BatchSize,
    Beta,
    Candidates,
    Count,
    DatasetName,
    Datasets,
    Distinct,
    Images,
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
)
from pipeline.params.latents import Conditional, ConditionalCommon, LatentAnalysis, LatentAnalysisCommon
from pipeline.params.legacy import LegacyCommon, LegacyModels
from pipeline.params.quantised import Colour, ColourCommon, VectorQuantised, VectorQuantisedCommon

KINDS_OF_CANDIDATES = ("(all)", "(names)")  # stand in the place of an error, but in no file


class Model(Section):
    """What all models of the study share."""

    latent_dim: Annotated[int, Field(ge=1, le=512, description="dimensions of a Gaussian latent")]
    likelihood: Literal["squared_error", "bernoulli"] = Field(description="pixel likelihood")


class Training(Section):
    """How models of one network are trained."""

    batch_size: BatchSize = Field(description="images per step")
    learning_rate: Rate = Field(description="of Adam")
    batches: Literal["shuffled", "cyclic", "strict", "random_slices", "independent"] = Field(
        description="which images a step sees"
    )
    epsilons: Literal[
        "all_random", "one_each_time", "same_epsilon", "same_epsilon_set", "frozen", "always_same", "always_same_set"
    ] = Field(description="how often noise is drawn anew; all but all_random are ablations")
    precision: Precision = Field(description="what hidden layers compute in")
    xla: Annotated[bool, Field(description="compile the loop by XLA")]


class FidClassifierCommon(Section):
    """Training of the classifier whose features FID uses."""

    seed: Seed
    batch_size: BatchSize = Field(description="images per step")
    learning_rate: Rate = Field(description="of Adam, at the first step")
    dropout: Share = Field(description="share of the 64 features dropped before the last layer")


class FidClassifier(Section):
    """Budget of the classifier on one dataset."""

    steps: Count = Field(description="of training")


class GridCommon(Section):
    """What all searches over architectures share."""

    beta: Beta = Field(description="of the models that are trained to compare architectures")


class Grid(Section):
    """Search over architectures: every candidate trained for the same number of steps."""

    seeds: Seeds
    steps: Count = Field(description="of every training")
    images: Images = Field(description="generated to measure FID and TVD")
    candidates: Annotated[
        Annotated[Literal["all"], Tag("(all)")] | Annotated[Candidates, Tag("(names)")],
        Discriminator(lambda value: "(all)" if isinstance(value, str) else "(names)"),
    ] = Field(description="names, or `all` for those that architectures.yaml lists")


class ParetoSelectCommon(Section):
    """The rule that leads from the grid's front to one architecture."""

    seed: Seed = Field(description="the first seed; further runs take the next ones")
    runs: Annotated[int, Field(ge=3, le=1000, description="least number of runs for the consistency rule")]
    periods: Annotated[int, Field(ge=4, le=100, description="times both metrics are measured")]
    noise_repeats: Annotated[int, Field(ge=2, le=100, description="generations at fixed weights")]
    share: Annotated[float, Field(gt=0, le=1, description="of the runs that must show the trend")]
    level: Annotated[float, Field(gt=0, le=0.5, description="significance level of the Mann-Kendall test")]


class ParetoSelect(Section):
    """Budget of the selection, and its result where it is given."""

    period_steps: Count = Field(description="of each period")
    images: Images = Field(description="generated to measure FID and TVD")
    long_steps: Count = Field(description="of the long training that decides")
    architecture: Annotated[
        str, Field(pattern=r"^(selected|[a-z0-9]{1,16}-[a-z0-9]{1,16})$", description="`selected`, or a candidate")
    ]


class ExperimentsCommon(Section):
    """How models that are trained on several seeds are trained and followed."""

    cooldown_share: Share = Field(description="last share of the steps, over which the learning rate falls to 0")
    periods: Count = Field(description="times the metrics are measured; divides the steps")


class StickBreakingCommon(ExperimentsCommon):
    """The same for the stick-breaking VAE, with its prior."""

    sticks: Annotated[int, Field(ge=2, le=512, description="weights of a latent, which sum to 1")]
    concentration: Annotated[float, Field(gt=0.01, le=1000, description="alpha_0 of the prior Beta(1, alpha_0)")]
    warmup_share: Share = Field(description="share of the steps over which the KL term fades in")
    gradient_clip: Positive = Field(description="bound of the gradient's global norm")


class Experiments(Section):
    """Budget of a configuration that is trained on several seeds."""

    seeds: Seeds
    steps: Count = Field(description="of training")
    period_images: Images = Field(description="generated at a period's end")
    images: Images = Field(description="generated at the end")


class AugmentedSamplingCommon(Section):
    """Samplers that are compared on trained models."""

    scale: Positive = Field(description="factor of the 'augmented' latents")
    shift: Positive = Field(description="constant that is added to latents")
    components: Annotated[int, Field(ge=1, le=1000, description="of the Gaussian mixture")]
    neighbours: Neighbours = Field(description="k of precision and recall")


class AugmentedSampling(Section):
    """How much is generated to compare samplers."""

    images: Images = Field(description="generated for each sampler")
    neighbour_images: Annotated[int, Field(ge=2, le=100_000, description="used for precision and recall")]


class ManifoldsCommon(Section):
    """Models with two free latent dimensions, and the grid on which they are decoded."""

    seed: Seed
    betas: Annotated[Distinct[Beta], Field(min_length=1, max_length=10, description="of the beta-VAEs")]
    points: Annotated[int, Field(ge=2, le=100, description="per axis of the grid")]
    scale: Positive = Field(description="factor of the 'scaled' latents")
    shift: Positive = Field(description="constant that is added to latents")


class Manifolds(Section):
    """Budget of each model with two free latent dimensions."""

    steps: Annotated[int, Field(ge=10, le=10_000_000, description="of training")]


class TransferArchitecture(Section):
    """Where datasets without a search of their own take their architectures from."""

    source: DatasetName = Field(description="the dataset, one of `searched`, that they are taken from")


class Parameters(Section):
    """The whole of params.yaml."""

    beta: Beta = Field(description="of the beta-VAE that the summaries report")
    datasets: Annotated[Datasets, Field(min_length=1, description="those of the study")]
    searched: Annotated[Datasets, Field(min_length=1, description="those for which architectures are searched")]
    transferred: Datasets = Field(description="the others of the study, which take the architecture of another dataset")
    latent_datasets: Annotated[Datasets, Field(min_length=1, description="those whose latent spaces are analysed")]
    conditional_datasets: AnyDatasets = Field(description="those that conditional models are compared on")
    vector_quantised_datasets: Annotated[
        Datasets, Field(min_length=1, description="those that vector-quantised models are compared on")
    ]
    colour_datasets: AnyDatasets = Field(description="those whose images are in colour")
    classified: AnyDatasets = Field(
        description="those whose classifiers are trained: all of the above but those in colour"
    )
    fetched: AnyDatasets = Field(description="all of the above: their data are fetched")
    transfer_architecture: TransferArchitecture
    model: Model
    training: PerNetwork[Training]
    train_fid_classifier: PerDataset[FidClassifierCommon, FidClassifier]
    preliminary_grid: PerDataset[GridCommon, PerNetwork[Grid]]
    pareto_select: PerDataset[ParetoSelectCommon, PerNetwork[ParetoSelect]]
    main_experiments: PerDataset[ExperimentsCommon, PerNetwork[Experiments]]
    stick_breaking: PerDataset[StickBreakingCommon, PerNetwork[Experiments]]
    augmented_sampling: PerDataset[AugmentedSamplingCommon, PerNetwork[AugmentedSampling]]
    manifolds: PerDataset[ManifoldsCommon, PerNetwork[Manifolds]]
    legacy_experiments: PerDataset[LegacyCommon, PerNetwork[LegacyModels]]
    latent_analysis: PerDataset[LatentAnalysisCommon, LatentAnalysis]
    conditional: PerDataset[ConditionalCommon, Conditional]
    vector_quantised: PerDataset[VectorQuantisedCommon, VectorQuantised]
    colour: PerDataset[ColourCommon, Colour]
