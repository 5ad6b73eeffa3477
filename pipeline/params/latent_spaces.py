"""The schema of params/latent_spaces.yaml."""

from typing import Annotated

from pydantic import Field

from pipeline.params import fields


class Runs(fields.Section):
    """How often and how long models of one kind are trained."""

    seeds: fields.Seeds
    epochs: Annotated[int, Field(ge=1, le=10_000, description="training epochs")]


class Training(fields.Optimisation, Runs):
    """How models of one kind are trained; the fields of `Runs` come first, as records give them."""


class LatentCommon(fields.Section):
    """Values of the analyses of all datasets."""

    latent_dim: fields.LatentDim
    neighbours: fields.SomeDistinct[fields.Neighbours] = Field(
        max_length=20, description="numbers of neighbours whose votes classify a latent"
    )
    importance_samples: Annotated[
        int, Field(ge=1, le=100_000, description="importance samples for the likelihood of an image")
    ]


class LatentSettings(LatentCommon):
    """Settings of the analysis of one dataset."""

    validation_images: fields.Images = Field(description="last training images, held out for validation")
    probe_images: fields.Images = Field(description="training images that the linear probe is fitted to")
    tsne_images: fields.ArrangedImages
    dense: Training = Field(description="training of the auto-encoder and the VAE")
    convolutional: Training = Field(description="training of the convolutional VAE")
    binary: Training = Field(description="training of the VAE of binarised images")


class LatentSpaces(fields.Section):
    """The whole of params/latent_spaces.yaml."""

    latent_analysis: fields.PerDataset[LatentCommon, LatentSettings]
