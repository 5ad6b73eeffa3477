"""The schema of params/conditional_vae.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import (
    BatchSize,
    CooldownShare,
    Count,
    Distinct,
    Images,
    LatentDim,
    PerDataset,
    Precision,
    Rate,
    Section,
    Seeds,
)

Units = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(min_length=1, max_length=20)]


class Space(Section):
    """The values that the search chooses from."""

    batch_size: Annotated[Distinct[BatchSize], Field(min_length=1, max_length=50, description="batch sizes to try")]
    learning_rate: Annotated[Distinct[Rate], Field(min_length=1, max_length=50, description="learning rates to try")]
    latent_dim: Annotated[
        Distinct[LatentDim], Field(min_length=1, max_length=50, description="dimensions of a latent to try")
    ]
    optimizer: Annotated[
        Distinct[Literal["adam", "rmsprop", "adagrad"]],
        Field(min_length=1, max_length=3, description="optimisers to try"),
    ]


class ConditionalCommon(Section):
    """Values of the comparisons on all datasets."""

    seeds: Seeds
    conditional_units: Units = Field(
        description="units of the conditional encoder's hidden layers; the decoder mirrors them"
    )
    precision: Precision
    cooldown_share: CooldownShare
    startup_trials: Annotated[
        int, Field(ge=1, le=1000, description="first trials, which are drawn by chance and never ended early")
    ]
    space: Space


class ConditionalBudget(Section):
    """Budget of the comparison on one dataset."""

    vae_units: Units = Field(description="units of the VAE encoder's hidden layers; the decoder mirrors them")
    validation_images: Images = Field(description="last training images, held out in the search")
    trials: Annotated[int, Field(ge=1, le=10_000, description="trials of the search")]
    search_epochs: Count = Field(description="training epochs of each trial, at most")
    epochs: Count = Field(description="training epochs of the models that are compared")
    images: Images = Field(description="images generated to measure, and to train the accuracy score's classifier")
    classifier_steps: Count = Field(description="training steps of the accuracy score's classifier")
    tsne_images: Annotated[int, Field(ge=50, le=100_000, description="test images that t-SNE arranges")]


class ConditionalSettings(ConditionalCommon, ConditionalBudget):
    """Settings of the comparison on one dataset."""


class ConditionalVae(Section):
    """The whole of params/conditional_vae.yaml."""

    conditional: PerDataset[ConditionalCommon, ConditionalBudget, ConditionalSettings]
