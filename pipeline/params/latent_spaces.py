"""The schema of params/latent_spaces.yaml."""

from typing import Annotated

from pydantic import Field

from pipeline.params import fields


class Training(fields.Section):
    """How models of one kind are trained."""

    seeds: fields.Seeds
    epochs: Annotated[int, Field(ge=1, le=10_000, description="training epochs")]
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    precision: fields.Precision


class LatentAnalysis(fields.Section):
    """Analysis of the latent spaces of one dataset."""

    latent_dim: fields.LatentDim
    neighbours: fields.SomeDistinct[fields.Neighbours] = Field(
        max_length=20, description="numbers of neighbours whose votes classify a latent"
    )
    importance_samples: Annotated[
        int, Field(ge=1, le=100_000, description="importance samples for the likelihood of an image")
    ]
    _: fields.OfEachDataset
    validation_images: fields.Images = Field(description="last training images, held out for validation")
    probe_images: fields.Images = Field(description="training images that the linear probe is fitted to")
    tsne_images: fields.ArrangedImages
    dense: Training = Field(description="training of the auto-encoder and the VAE")
    convolutional: Training = Field(description="training of the convolutional VAE")
    binary: Training = Field(description="training of the VAE of binarised images")
