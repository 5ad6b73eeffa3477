"""The record of the stage conditional."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.conditional_vae import Trial
from pipeline.params.fields import Section
from pipeline.records import fields


class Finished(Trial):
    """A trial of a search, and how it came out."""

    loss: float | None = Field(description="negative ELBO of held-out images, in nats; null where training diverged")


class Search(Section):
    """The search for a model's training."""

    trials: int = Field(description="trials of the search")
    pruned: int = Field(description="trials that were ended early")
    first: Finished = Field(description="the first trial")
    best: Finished = Field(description="the best trial")


class Model(fields.Summaries):
    """A model, trained on several seeds, and its metrics."""

    search: Search
    parameters: fields.Weights
    multiplications_per_image: int = Field(description="multiplications of a forward pass")
    loss: fields.Summary = Field(description="loss of the test images, in nats per image")
    distortion: fields.Summary = Field(description="its distortion")
    kl: fields.Summary = Field(description="its KL divergence")
    silhouette: fields.Summary = Field(description="mean silhouette of the posterior means, by class")
    agreement_per_class: Annotated[
        dict[str, fields.Summary],
        Field(default=None, description="share of images that the classifier sees as the class asked for, by class"),
    ]


class Conditional(Section):
    """A VAE and a conditional one, each with the values that its search chose."""

    dataset: fields.Dataset
    classifier_accuracy: float = Field(description="share of the test images that the classifier tells right")
    seeds: fields.Seeds
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    images: fields.Images
    models: dict[Literal["vae", "conditional_vae"], Model]
