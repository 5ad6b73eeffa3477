"""Records of the thesis's protocol."""

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.params.legacy import Protocol
from pipeline.records import fields


class Samples(Section):
    """Images of one sampler."""

    fid: fields.Summary = Field(description="FID of the images")
    contrast: fields.Summary = Field(description="mean of |2 y - 1| over the pixels y in [0, 1]; less where they blur")


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
    not_ablated: list[str] = Field(description="switches that were not corrected")
    published: Protocol = Field(description="the thesis's value of each switch")
    corrected: Protocol = Field(description="the study's value of each switch")
    models: dict[str, dict[str, fields.Summary]] = Field(description="metrics of each model, as the thesis did it")
    ablation: dict[str, dict[str, dict[str, fields.Summary]]] = Field(
        description="the same of each model and switch, with this switch alone corrected"
    )
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
