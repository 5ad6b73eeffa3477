"""The section `legacy_experiments`: the thesis's protocol, its defects as switches, and what is trained under it."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import (
    BatchSize,
    Beta,
    CandidateName,
    Count,
    Distinct,
    Images,
    Positive,
    Precision,
    Rate,
    Section,
    Seeds,
)


class Protocol(Section):
    """One value for each switch; the first of each is the thesis's."""

    posterior_heads: Literal["relu", "linear"] = Field(description="what the posterior's parameters pass through")
    epsilons: Literal["frozen", "all_random"] = Field(description="how often noise is drawn anew")
    batches: Literal["cyclic", "shuffled"] = Field(description="'cyclic' starts anew in each period")
    learning_rate: Rate = Field(description="of Adam")
    decoder: Literal["dense_end", "convolution"] = Field(description="how the convolutional decoder ends")
    stick_breaking: Literal["clamped", "correct"] = Field(description="which stick-breaking posterior")
    losses: Literal["last_batch", "test_set"] = Field(description="what the losses are means over")
    tvd_classes: Literal["nonzero", "all"] = Field(description="classes that the class gap counts")
    reference_features: Literal["other_dataset", "same_dataset"] = Field(
        description="whose classifier sees the real images, where the thesis's notebook mixed two"
    )


class LegacyCommon(Section):
    """Both protocols, and what all models of the thesis share."""

    published: Protocol
    corrected: Protocol
    ablated_beta: Beta = Field(description="of the models with one switch corrected")
    latent_dim: Annotated[int, Field(ge=1, le=512, strict=True, description="dimensions of a latent")]
    concentration: Annotated[
        float, Field(gt=0.01, le=1000, strict=True, description="of the stick-breaking model's prior")
    ]
    batch_size: BatchSize = Field(description="images per step")
    scale: Positive = Field(description="factor of the 'augmented' latents")
    components: Annotated[int, Field(ge=1, le=1000, strict=True, description="of the Gaussian mixture")]


class AugmentedVariant(Section):
    """A model of the corrected protocol whose samplers are compared."""

    likelihood: Literal["squared_error", "bernoulli"] = Field(description="pixel likelihood")
    learning_rate: Rate = Field(description="of Adam")
    steps: Count = Field(description="of training")


class LegacyModels(Section):
    """Budget of one network on one dataset."""

    architecture: CandidateName = Field(description="the thesis's choice")
    precision: Precision = Field(description="what layers compute in")
    seeds: Seeds
    period_steps: Count = Field(description="after which cyclic batches start anew; divides all steps")
    steps: Count = Field(description="of training")
    images: Images = Field(description="generated for each sampler")
    betas: Annotated[Distinct[Beta], Field(min_length=1, max_length=10, description="of the beta-VAEs")]
    ablated: Annotated[
        Distinct[Literal["posterior_heads", "epsilons", "batches", "learning_rate", "decoder", "stick_breaking"]],
        Field(min_length=1, description="switches that are corrected, one at a time"),
    ]
    augmented: Annotated[
        list[AugmentedVariant], Field(max_length=20, description="models whose samplers are compared; may be none")
    ]
    augmented_seeds: Seeds
