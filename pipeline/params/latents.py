"""The sections of params.yaml on latent spaces and on conditional models."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import (
    BatchSize,
    Count,
    Distinct,
    Images,
    LatentDim,
    Neighbours,
    Precision,
    Rate,
    Section,
    Seeds,
    Share,
)

Units = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(min_length=1, max_length=20)]
Arranged = Annotated[int, Field(ge=50, le=100_000, description="test images that t-SNE arranges")]


class Budget(Section):
    """How models of one kind are trained."""

    seeds: Seeds
    epochs: Annotated[int, Field(ge=1, le=10_000, description="of training")]
    batch_size: BatchSize = Field(description="images per step")
    learning_rate: Rate = Field(description="of Adam")
    cooldown_share: Share = Field(description="last share of the steps, over which the learning rate falls to 0")
    precision: Precision = Field(description="what hidden layers compute in")


class LatentAnalysisCommon(Section):
    """What the analyses of latent spaces share."""

    latent_dim: LatentDim = Field(description="of the models that are compared")
    neighbours: Annotated[
        Distinct[Neighbours], Field(min_length=1, max_length=20, description="whose votes classify a latent")
    ]
    importance_samples: Annotated[int, Field(ge=1, le=100_000, description="of each image, for its likelihood")]


class LatentAnalysis(Section):
    """Budget of the analysis of one dataset."""

    validation_images: Images = Field(description="the last training images, held out")
    probe_images: Images = Field(description="training images that the linear probe is fitted to")
    tsne_images: Arranged
    dense: Budget = Field(description="auto-encoder and VAE")
    convolutional: Budget = Field(description="convolutional VAE")
    binary: Budget = Field(description="VAE of binarised images, whose likelihood is estimated")


class Space(Section):
    """What the search chooses from."""

    batch_size: Annotated[Distinct[BatchSize], Field(min_length=1, max_length=50, description="images per step")]
    learning_rate: Annotated[Distinct[Rate], Field(min_length=1, max_length=50, description="of the optimiser")]
    latent_dim: Annotated[Distinct[LatentDim], Field(min_length=1, max_length=50, description="of the latents")]
    optimizer: Annotated[
        Distinct[Literal["adam", "rmsprop", "adagrad"]], Field(min_length=1, max_length=3, description="optimisers")
    ]


class ConditionalCommon(Section):
    """What the comparisons with conditional models share."""

    seeds: Seeds
    conditional_units: Units = Field(description="of the conditional encoder's hidden layers; the decoder mirrors them")
    precision: Precision = Field(description="what wide layers compute in")
    cooldown_share: Share = Field(
        description="last share of the steps of the models that are compared, over which the learning rate falls to 0"
    )
    startup_trials: Annotated[int, Field(ge=1, le=1000, description="drawn by chance, never ended early")]
    space: Space


class Conditional(Section):
    """Budget of the comparison on one dataset."""

    vae_units: Units = Field(description="of the VAE's hidden layers; its decoder mirrors them")
    validation_images: Images = Field(description="the last training images, held out in the search")
    trials: Annotated[int, Field(ge=1, le=10_000, description="of the search")]
    search_epochs: Count = Field(description="of each trial, at most")
    epochs: Count = Field(description="of the models that are compared")
    images: Images = Field(description="generated to measure, and to train the classifier of the accuracy score")
    classifier_steps: Count = Field(description="of that classifier's training")
    tsne_images: Arranged
