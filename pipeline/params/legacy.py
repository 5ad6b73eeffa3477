"""The schema of params/legacy.yaml: the thesis's protocol, its defects as switches, and the models trained under it."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params import fields


class Protocol(fields.Section):
    """One value for each switch; the first of each is the thesis's."""

    posterior_heads: Literal["relu", "linear"] = Field(description="activation of the posterior's heads")
    epsilons: Literal["frozen", "all_random"] = Field(description="how often noise is drawn anew")
    batches: Literal["cyclic", "shuffled"] = Field(description="order of images; 'cyclic' starts anew in each period")
    learning_rate: fields.Rate
    decoder: Literal["dense_end", "convolution"] = Field(description="last layer of the convolutional decoder")
    stick_breaking: Literal["clamped", "correct"] = Field(description="form of the stick-breaking posterior")
    losses: Literal["last_batch", "test_set"] = Field(description="images over which the losses are means")
    tvd_classes: Literal["nonzero", "all"] = Field(description="classes that the class gap counts")
    reference_features: Literal["other_dataset", "same_dataset"] = Field(
        description="classifier that sees the real images, where the thesis's notebook mixed two"
    )


class AugmentedVariant(fields.Section):
    """A model of the corrected protocol whose samplers are compared."""

    likelihood: fields.Likelihood
    learning_rate: fields.Rate
    steps: fields.Steps


class Legacy(fields.Section):
    """Both protocols, and the models of one network on one dataset."""

    published: Protocol
    corrected: Protocol
    ablated_beta: fields.Beta = Field(description="beta of the models with one switch corrected")
    latent_dim: fields.LatentDim
    concentration: fields.Concentration
    batch_size: fields.BatchSize
    scale: fields.Positive = Field(description="factor of the 'augmented' latents")
    components: fields.Components
    _: fields.OfEachDataset
    architecture: fields.CandidateName = Field(description="candidate that the thesis chose")
    precision: fields.Precision
    seeds: fields.Seeds
    period_steps: fields.Count = Field(description="steps after which cyclic batches start anew; divides all steps")
    steps: fields.Steps
    images: fields.Images = Field(description="images generated for each sampler")
    betas: fields.Betas
    ablated: fields.SomeDistinct[
        Literal["posterior_heads", "epsilons", "batches", "learning_rate", "decoder", "stick_breaking"]
    ] = Field(description="switches that are corrected, one at a time")
    augmented: Annotated[
        list[AugmentedVariant], Field(max_length=20, description="models whose samplers are compared; may be none")
    ]
    augmented_seeds: fields.Seeds
    grid: fields.AllOr[Annotated[fields.Distinct[fields.CandidateName], Field(max_length=10_000)]] = Field(
        description="candidates of the thesis's search that its own protocol trains, beta 1; may be none"
    )
    grid_seeds: fields.Seeds

    def _conflicts(self) -> fields.Conflicts:
        budgets = self.augmented
        if any(steps % self.period_steps for steps in (self.steps, *(budget.steps for budget in budgets))):
            yield (), f"all steps must be multiples of period_steps. Received: {self.period_steps}"
        if self.ablated_beta not in self.betas:
            yield ("betas",), "legacy_experiments.common.ablated_beta must be among them"
        if self.components > self.images:
            yield (), "components must be at most as many as images"
        if len({tuple(budget.model_dump().values()) for budget in budgets}) < len(budgets):
            yield ("augmented",), "every entry may stand there once"
