"""The schema of params.yaml: the study of the thesis, and the datasets of every stage.

In a section's settings, `_` separates fields of all datasets from those below it, keyed by dataset and network.
"""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params import fields, known_factors
from pipeline.params.own_images import UserDataset, UserDatasetName


class Model(fields.Section):
    """Values of all models of the study."""

    latent_dim: fields.LatentDim = Field(description="dimensions of a Gaussian latent")
    likelihood: fields.Likelihood


class Training(fields.Section):
    """How models of one network are trained."""

    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    batches: Literal["shuffled", "cyclic", "strict", "random_slices", "independent"] = Field(
        description="order in which training steps see the images"
    )
    epsilons: Literal[
        "all_random", "one_each_time", "same_epsilon", "same_epsilon_set", "frozen", "always_same", "always_same_set"
    ] = Field(description="how often noise is drawn anew; all but all_random are ablations")
    precision: fields.Precision
    xla: Annotated[bool, Field(description="whether XLA compiles the training loop")]


class Classifier(fields.Section):
    """Training of the classifier whose features FID uses."""

    seed: fields.Seed
    batch_size: fields.BatchSize
    learning_rate: fields.Rate = Field(description="learning rate of Adam at the first step")
    dropout: fields.Share = Field(description="share of the 64 features dropped before the last layer")
    _: fields.OfEachDataset
    steps: fields.Steps


class Grid(fields.Section):
    """A search over architectures."""

    beta: fields.Beta = Field(description="beta of the models that are trained to compare architectures")
    _: fields.OfEachDataset
    seeds: fields.Seeds
    steps: fields.Steps
    images: fields.Images = Field(description="images generated to measure FID and TVD")
    candidates: fields.AllOr[fields.Candidates] = Field(
        description="names of candidates, or `all` for those that architectures.yaml lists"
    )


class Selection(fields.Section):
    """The rule that leads from the grid's front to one architecture."""

    seed: fields.Seed = Field(description="first seed; further runs take the next ones")
    runs: Annotated[int, Field(ge=3, le=1000, description="least number of runs for the consistency rule")]
    periods: Annotated[int, Field(ge=4, le=100, description="number of times that both metrics are measured")]
    noise_repeats: Annotated[int, Field(ge=2, le=100, description="generations at fixed weights")]
    share: Annotated[float, Field(gt=0, le=1, description="share of the runs that must show the trend")]
    level: Annotated[float, Field(gt=0, le=0.5, description="significance level of the Mann-Kendall test")]
    _: fields.OfEachDataset
    period_steps: fields.Steps = Field(description="training steps of each period")
    images: fields.Images = Field(description="images generated to measure FID and TVD")
    long_steps: fields.Steps = Field(description="steps of the long training that decides")
    architecture: Annotated[
        str,
        Field(pattern=r"^(selected|[a-z0-9]{1,16}-[a-z0-9]{1,16})$", description="`selected`, or a candidate's name"),
    ]


class Experiments(fields.Section):
    """Models that are trained on several seeds and followed."""

    cooldown_share: fields.CooldownShare
    periods: fields.Count = Field(description="number of times that the metrics are measured; divides the steps")
    _: fields.OfEachDataset
    seeds: fields.Seeds
    steps: fields.Steps
    period_images: fields.Images = Field(description="images generated at the end of a period")
    images: fields.Images = Field(description="images generated at the end of the training")

    def _conflicts(self) -> fields.Conflicts:
        if self.steps % self.periods:
            yield (), f"steps must be a multiple of common.periods. Received: {self.steps} and {self.periods}"


class StickBreaking(Experiments):
    """The same for the stick-breaking VAE, with its prior; these fields are common too."""

    sticks: fields.Sticks
    concentration: fields.Concentration
    warmup_share: fields.Share = Field(description="share of the steps over which the KL term fades in")
    gradient_clip: fields.Positive = Field(description="bound of the gradient's global norm")


class Sampling(fields.Section):
    """Samplers that are compared on trained models."""

    scale: fields.Positive = Field(description="factor of the 'augmented' latents")
    shift: fields.Positive = Field(description="constant that is added to latents")
    components: fields.Components
    neighbours: fields.Neighbours
    _: fields.OfEachDataset
    images: fields.Images = Field(description="images generated for each sampler")
    neighbour_images: Annotated[
        int, Field(ge=2, le=100_000, description="how many of these precision, recall, density and coverage are of")
    ]

    def _conflicts(self) -> fields.Conflicts:
        yield from fields.neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
        if self.components > self.images:
            yield (), "components must be at most as many as images"


class Manifolds(fields.Section):
    """Models with two free latent dimensions, and the grid on which they are decoded."""

    seed: fields.Seed
    betas: fields.Betas
    points: Annotated[int, Field(ge=2, le=100, description="points of each axis of the grid")]
    scale: fields.Positive = Field(description="factor of the 'scaled' latents")
    shift: fields.Positive = Field(description="constant that is added to latents")
    _: fields.OfEachDataset
    steps: Annotated[int, Field(ge=10, le=10_000_000, description="training steps")]


class TransferArchitecture(fields.Section):
    """Where datasets without a search of their own take their architectures from."""

    source: fields.DatasetName = Field(description="dataset, one of `searched`, whose architectures they take")


class Thesis(fields.Section):
    """The whole of params.yaml."""

    beta: fields.Beta = Field(description="beta of the beta-VAE that the summaries report")
    precision: Literal["auto", "bfloat16", "float32"] = Field(
        description="number format in which hidden layers compute where a section pins none; `auto`: bfloat16 on a "
        "processor that computes it in hardware, else float32"
    )
    datasets: fields.Datasets = Field(description="datasets of the study")
    searched: fields.Datasets = Field(description="datasets for which architectures are searched")
    transferred: fields.Distinct[fields.DatasetName] = Field(
        description="other datasets of the study, which take another one's architecture"
    )
    objectives_datasets: fields.Datasets = Field(description="datasets of the models beside the beta-VAE")
    disentanglement_datasets: known_factors.Datasets = Field(
        description="data sets with known factors whose models are scored"
    )
    latent_datasets: fields.Datasets = Field(description="datasets whose latent spaces are analysed")
    conditional_datasets: fields.AnyDatasets = Field(description="datasets on which conditional models are compared")
    vector_quantised_datasets: fields.Datasets = Field(
        description="datasets on which vector-quantised models are compared"
    )
    colour_datasets: fields.AnyDatasets = Field(description="datasets of colour images")
    classified: fields.AnyDatasets = Field(
        description="datasets with a classifier: all of the above but those in colour"
    )
    fetched: fields.AnyDatasets = Field(description="datasets that are fetched: all of the above")
    transfer_architecture: TransferArchitecture
    user_datasets: dict[UserDatasetName, UserDataset]
    model: Model
    training: fields.PerNetwork[Training]
    train_fid_classifier: fields.PerDataset[Classifier, Classifier]
    preliminary_grid: fields.PerDataset[Grid, fields.PerNetwork[Grid]]
    pareto_select: fields.PerDataset[Selection, fields.PerNetwork[Selection]]
    main_experiments: fields.PerDataset[Experiments, fields.PerNetwork[Experiments]]
    stick_breaking: fields.PerDataset[StickBreaking, fields.PerNetwork[StickBreaking]]
    augmented_sampling: fields.PerDataset[Sampling, fields.PerNetwork[Sampling]]
    manifolds: fields.PerDataset[Manifolds, fields.PerNetwork[Manifolds]]
