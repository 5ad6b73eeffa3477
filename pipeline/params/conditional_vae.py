"""The schema of params/conditional_vae.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params import fields

Units = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(min_length=1, max_length=20)]


class Space(fields.Section):
    """The values that the search chooses from."""

    batch_size: fields.SomeDistinct[fields.BatchSize] = Field(max_length=50, description="batch sizes to try")
    learning_rate: fields.SomeDistinct[fields.Rate] = Field(max_length=50, description="learning rates to try")
    latent_dim: fields.SomeDistinct[fields.LatentDim] = Field(
        max_length=50, description="dimensions of a latent to try"
    )
    optimizer: fields.SomeDistinct[Literal["adam", "rmsprop", "adagrad"]] = Field(
        max_length=3, description="optimisers to try"
    )


class Conditional(fields.Section):
    """Comparison of conditional models on one dataset."""

    seeds: fields.Seeds
    conditional_units: Units = Field(
        description="units of the conditional encoder's hidden layers; the decoder mirrors them"
    )
    precision: fields.Precision
    cooldown_share: fields.CooldownShare
    startup_trials: Annotated[
        int, Field(ge=1, le=1000, description="first trials, which are drawn by chance and never ended early")
    ]
    space: Space
    _: fields.OfEachDataset
    vae_units: Units = Field(description="units of the VAE encoder's hidden layers; the decoder mirrors them")
    validation_images: fields.Images = Field(description="last training images, held out in the search")
    trials: Annotated[int, Field(ge=1, le=10_000, description="trials of the search")]
    search_epochs: fields.Count = Field(description="training epochs of each trial, at most")
    epochs: fields.Count = Field(description="training epochs of the models that are compared")
    images: fields.ClassifierImages
    classifier_steps: fields.Count = Field(description="training steps of the accuracy score's classifier")
    tsne_images: fields.ArrangedImages
