"""Records of the thesis's study: the search of architectures, the models, and their samplers."""

from typing import Literal

from pydantic import ConfigDict, Field

from pipeline.params.fields import Section, with_fields
from pipeline.params.variants import CHANGES, Variant
from pipeline.records import fields

Metric = Literal["fid", "tvd", "loss"]


class GridCandidate(fields.OfTestImages):
    """A candidate of the grid, and its metrics."""

    name: fields.Candidate
    parameters: fields.Weights


class Grid(Section):
    """Every candidate architecture, trained for the same steps."""

    dataset: fields.Dataset
    network: fields.Network
    precision: fields.Precision
    beta: fields.Beta
    seeds: fields.Seeds
    steps: fields.Steps
    candidates: list[GridCandidate]


class Candidate(fields.Objectives):
    """A candidate of the search, with the means of its objectives over the seeds of the grid."""

    name: fields.Candidate


class Run(Section):
    """A short training whose objectives are followed, a value for each period."""

    candidate: fields.Candidate
    seed: int = Field(description="seed of the training")
    steps: list[int] = Field(description="training steps at the end of each period")
    fid: list[float] = Field(description="FID of generated images")
    tvd: list[float] = Field(description="total variation distance of their classes")
    loss: list[float] = Field(description="mean loss of the period's batches, per image")
    noise_sd: fields.Objectives = Field(description="standard deviation over newly generated images")


class LongRun(fields.Objectives):
    """A long training of a candidate on the front."""

    candidate: fields.Candidate
    steps: fields.Steps
    loss: float = Field(description="distortion plus beta times the KL divergence, per image")
    mse: float = Field(description="squared error per image, summed over pixels")
    kl: float = Field(description="KL divergence, in nats per image")


class Consistent(Section):
    """Whether each objective shows consistency over the training periods."""

    fid: bool = Field(description="whether FID does")
    tvd: bool = Field(description="whether the total variation distance does")


class Architecture(Section):
    """A candidate with the layers of its halves, as in architectures.yaml."""

    name: fields.Candidate
    encoder: fields.EncoderLayers
    decoder: fields.DecoderLayers


class Search(Section):
    """The search from the grid to one architecture."""

    dataset: fields.Dataset
    network: fields.Network
    searched_on: fields.Dataset = Field(description="dataset of the search, which another may take over")
    precision: fields.Precision
    grid: fields.Trained
    objectives: list[Metric] = Field(description="metrics that the Pareto front is of")
    candidates: list[Candidate]
    front: list[fields.Candidate] = Field(description="candidates that no other beats")
    runs: list[Run]
    noise_sd: fields.Objectives = Field(description="the largest of the runs")
    consistent: Consistent
    decided_by: list[Metric] = Field(description="metrics that chose among the front")
    long: list[LongRun]
    selected: fields.Candidate = Field(description="candidate that the search selects")
    architecture: Architecture = Field(description="architecture that the study uses")


class Model(fields.OfTestImages):
    """A model, trained on several seeds, and its metrics."""

    network: fields.Network
    architecture: fields.Candidate
    posterior: str = Field(description="family of the posterior")
    likelihood: fields.Likelihood
    beta: fields.Beta
    steps: fields.Steps
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    precision: fields.Precision
    seeds: fields.Seeds
    fid_reconstructions: fields.Summary = Field(description="FID of the reconstructions of the test images")


class BetaVAE(Model):
    """A beta-VAE of the study."""

    dataset: fields.Dataset
    posterior: Literal["diagonal_gaussian"] = Field(description="family of the posterior")


class StickBreakingVAE(Model):
    """A stick-breaking VAE of the study."""

    dataset: fields.Dataset
    posterior: Literal["stick_breaking"] = Field(description="family of the posterior")
    concentration: float = Field(description="alpha_0 of the sticks' prior Beta(1, alpha_0)")
    sticks: list[float] = Field(description="mean length of each stick over test images and seeds")


class Samples(Section):
    """Metrics of the images of one sampler."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, fields.Summary]
    fid: fields.Summary = Field(description="FID of the images")


class AugmentedSampling(Section):
    """The trained models of one beta, sampled in several ways."""

    dataset: fields.Dataset
    network: fields.Network
    beta: fields.Beta
    precision: fields.Precision
    seeds: fields.Seeds
    scale: float = Field(description="factor of the latents of `scaled`")
    shift: float = Field(description="summand of the latents of `shifted`")
    components: int = Field(description="components of the fitted mixture")
    samplers: dict[str, Samples]


class VariantModel(Model):
    """A model of the study with one thing changed."""

    variant: str = Field(description="name of the variant, in params/variants.yaml")
    changes: with_fields(Variant, CHANGES) = Field(description="what is changed")  # type: ignore[valid-type]
    samplers: dict[str, Samples]
    neighbour_error: dict[str, fields.Summary] = Field(
        description="share of test images that their k nearest training images misclassify, by k"
    )


class Variants(Section):
    """The models of the study with one thing changed, of one dataset."""

    dataset: fields.Dataset
    scale: float = Field(description="factor of the latents of `scaled`")
    components: int = Field(description="components of the fitted mixture")
    models: dict[str, VariantModel]


class HeadlineModel(Section):
    """The model of the parameter beta in numbers that a reviewer reads first."""

    beta: fields.Beta
    n: int = Field(description="number of seeds")
    precision: fields.Precision
    fid: fields.Spread = Field(description="FID of generated images")
    fid_relative: fields.Spread = Field(description="FID divided by that of the mean image")
    tvd: fields.Spread = Field(description="total variation distance of the classes of generated images")
    kl: fields.Spread = Field(description="KL divergence, in nats per image")
    mse: fields.Spread = Field(description="squared error per image, summed over pixels")
