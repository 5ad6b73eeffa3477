"""The record of the stage conditional."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields


class Best(Section):
    """The best trial of the search."""

    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    latent_dim: fields.LatentDim
    optimizer: Literal["adam", "rmsprop", "adagrad"] = Field(description="optimiser")
    loss: float = Field(description="loss of the held-out images, in nats per image")


class Search(Section):
    """The search for the conditional model's training."""

    trials: int = Field(description="trials of the search")
    pruned: int = Field(description="trials that were ended early")
    epochs: int = Field(description="training epochs of a trial, at most")
    best: Best


class Model(fields.Summaries):
    """A model, trained on several seeds, and its metrics."""

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
    """A VAE and a conditional one, with the values that a search chose."""

    dataset: fields.Dataset
    classifier_accuracy: float = Field(description="share of the test images that the classifier tells right")
    seeds: fields.Seeds
    epochs: int = Field(description="training epochs")
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    images: fields.Images
    search: Search
    models: dict[Literal["vae", "conditional_vae"], Model]
