"""The schema of params/legacy.yaml: the thesis's protocol, its defects as switches, and the models trained under it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import (
    BatchSize,
    Beta,
    Betas,
    CandidateName,
    Components,
    Concentration,
    Count,
    Distinct,
    Images,
    LatentDim,
    Likelihood,
    PerDataset,
    PerNetwork,
    Positive,
    Precision,
    Rate,
    Section,
    Seeds,
    Steps,
)


class Protocol(Section):
    """One value for each switch; the first of each is the thesis's."""

    posterior_heads: Literal["relu", "linear"] = Field(description="activation of the posterior's heads")
    epsilons: Literal["frozen", "all_random"] = Field(description="how often noise is drawn anew")
    batches: Literal["cyclic", "shuffled"] = Field(description="order of images; 'cyclic' starts anew in each period")
    learning_rate: Rate
    decoder: Literal["dense_end", "convolution"] = Field(description="last layer of the convolutional decoder")
    stick_breaking: Literal["clamped", "correct"] = Field(description="form of the stick-breaking posterior")
    losses: Literal["last_batch", "test_set"] = Field(description="images over which the losses are means")
    tvd_classes: Literal["nonzero", "all"] = Field(description="classes that the class gap counts")
    reference_features: Literal["other_dataset", "same_dataset"] = Field(
        description="classifier that sees the real images, where the thesis's notebook mixed two"
    )


class LegacyCommon(Section):
    """Both protocols, and the values of all models of the thesis."""

    published: Protocol
    corrected: Protocol
    ablated_beta: Beta = Field(description="beta of the models with one switch corrected")
    latent_dim: LatentDim
    concentration: Concentration
    batch_size: BatchSize
    scale: Positive = Field(description="factor of the 'augmented' latents")
    components: Components


class AugmentedVariant(Section):
    """A model of the corrected protocol whose samplers are compared."""

    likelihood: Likelihood
    learning_rate: Rate
    steps: Steps


class LegacyBudget(Section):
    """Budget of one network on one dataset."""

    architecture: CandidateName = Field(description="candidate that the thesis chose")
    precision: Precision
    seeds: Seeds
    period_steps: Count = Field(description="steps after which cyclic batches start anew; divides all steps")
    steps: Steps
    images: Images = Field(description="images generated for each sampler")
    betas: Betas
    ablated: Annotated[
        Distinct[Literal["posterior_heads", "epsilons", "batches", "learning_rate", "decoder", "stick_breaking"]],
        Field(min_length=1, description="switches that are corrected, one at a time"),
    ]
    augmented: Annotated[
        list[AugmentedVariant], Field(max_length=20, description="models whose samplers are compared; may be none")
    ]
    augmented_seeds: Seeds


class LegacySettings(LegacyCommon, LegacyBudget):
    """Settings of one network on one dataset."""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Check steps, betas, samples of the mixture, and that no model stands there twice."""
        budgets = self.augmented
        if any(steps % self.period_steps for steps in (self.steps, *(budget.steps for budget in budgets))):
            yield "", f"all steps must be multiples of period_steps. Received: {self.period_steps}"
        if self.ablated_beta not in self.betas:
            yield "betas", "legacy_experiments.common.ablated_beta must be among them"
        if self.components > self.images:
            yield "", "components must be at most as many as images"
        if len({tuple(budget.model_dump().values()) for budget in budgets}) < len(budgets):
            yield "augmented", "every entry may stand there once"


class Legacy(Section):
    """The whole of params/legacy.yaml."""

    legacy_experiments: PerDataset[LegacyCommon, PerNetwork[LegacyBudget], PerNetwork[LegacySettings]]
