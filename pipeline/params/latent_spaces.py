"""The schema of params/latent_spaces.yaml."""

from typing import Annotated

from pydantic import Field

from pipeline.params.fields import Distinct, Images, LatentDim, Neighbours, Optimisation, PerDataset, Section, Seeds

# t-SNE needs more of them than its perplexity.
ArrangedImages = Annotated[int, Field(ge=50, le=100_000, description="test images that t-SNE arranges")]


class Runs(Section):
    """How often and how long models of one kind are trained."""

    seeds: Seeds
    epochs: Annotated[int, Field(ge=1, le=10_000, description="training epochs")]


class Training(Optimisation, Runs):
    """How models of one kind are trained; the fields of `Runs` come first, as records give them."""


class LatentCommon(Section):
    """Values of the analyses of all datasets."""

    latent_dim: LatentDim
    neighbours: Annotated[
        Distinct[Neighbours],
        Field(min_length=1, max_length=20, description="numbers of neighbours whose votes classify a latent"),
    ]
    importance_samples: Annotated[
        int, Field(ge=1, le=100_000, description="importance samples for the likelihood of an image")
    ]


class LatentBudget(Section):
    """Budget of the analysis of one dataset."""

    validation_images: Images = Field(description="last training images, held out for validation")
    probe_images: Images = Field(description="training images that the linear probe is fitted to")
    tsne_images: ArrangedImages
    dense: Training = Field(description="training of the auto-encoder and the VAE")
    convolutional: Training = Field(description="training of the convolutional VAE")
    binary: Training = Field(description="training of the VAE of binarised images")


class LatentSettings(LatentCommon, LatentBudget):
    """Settings of the analysis of one dataset."""


class LatentSpaces(Section):
    """The whole of params/latent_spaces.yaml."""

    latent_analysis: PerDataset[LatentCommon, LatentBudget, LatentSettings]
