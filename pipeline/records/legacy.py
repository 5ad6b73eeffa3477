"""Records of the thesis's protocol."""

from typing import Annotated

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.params.legacy import Protocol
from pipeline.records import fields


class Metrics(Section):
    """Metrics of a model, with the losses as `tfvae.evaluation.legacy.printed_losses` takes them."""

    loss: fields.Summary = Field(description="mse plus beta times the KL divergence, per image")
    mse: fields.Summary = Field(description="squared error per image, summed over pixels")
    beta_x_kl: fields.Summary = Field(description="KL divergence in nats per image, times beta")
    fid: fields.Summary = Field(description="FID of images of the prior's latents")
    fid_scaled: fields.Summary = Field(description="FID of images of the same latents, multiplied")
    tvd_max: fields.Summary = Field(description="largest class gap, which the thesis calls TVD")
    mse_trained_noise: Annotated[
        fields.Summary, Field(default=None, description="mse of test images with the frozen noise of training")
    ]


class Samples(Section):
    """Images of one sampler."""

    fid: fields.Summary = Field(description="FID of the images")
    contrast: fields.Summary = Field(description="mean of abs(2 y - 1) over pixels y in [0, 1]; less where they blur")


class AugmentedModel(Section):
    """A model of the corrected protocol at one budget, sampled in several ways."""

    name: str = Field(description="likelihood, learning rate and steps")
    beta: fields.Beta
    likelihood: fields.Likelihood
    learning_rate: fields.Rate
    steps: fields.Steps
    seeds: fields.Seeds
    mse: fields.Summary = Field(description="squared error per test image, summed over pixels")
    kl: fields.Summary = Field(description="KL divergence, in nats per test image")
    prior: Samples = Field(description="latents of the prior")
    scaled: Samples = Field(description="the same, multiplied")
    mixture: Samples = Field(description="latents of a fitted mixture")
    reconstructions: Samples = Field(description="latents of training images")


class LegacyExperiments(Section):
    """The thesis's models, under its protocol and with one of its defects corrected at a time."""

    dataset: fields.Dataset
    network: fields.Network
    architecture: fields.Candidate
    precision: fields.Precision
    batch_size: fields.BatchSize
    period_steps: int = Field(description="steps after which cyclic batches start anew")
    steps: fields.Steps
    seeds: fields.Seeds
    grid_seeds: list[int] = Field(description="seed of each model of the grid")
    grid: dict[str, Metrics] = Field(description="by candidate of the thesis's search, at beta 1, as the thesis did it")
    not_ablated: list[str] = Field(description="switches that this network's budget left out")
    published: Protocol = Field(description="the thesis's value of each switch")
    corrected: Protocol = Field(description="the study's value of each switch")
    models: dict[str, Metrics] = Field(description="by beta, or `clamped_stick_breaking`, as the thesis did it")
    ablation: dict[str, dict[str, Metrics]] = Field(description="by model and switch, with this one corrected")
    augmented: list[AugmentedModel]
    test_contrast: float = Field(description="contrast of the test images")


class Offsets(Section):
    """How far from 0 the latents of one model stand."""

    precision: fields.Precision
    active: fields.Summary = Field(description="dimensions whose posterior mean varies by more than 0.01")
    offset: fields.Summary = Field(description="mean of these dimensions")
    negative_share: fields.Summary = Field(description="share of their means below 0")


class LegacyOffsets(Section):
    """How far from 0 the latents of the thesis's models stand."""

    dataset: fields.Dataset
    models: dict[str, Offsets]
