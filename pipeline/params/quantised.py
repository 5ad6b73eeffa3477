"""The sections of params.yaml on vector-quantised models and on colour images."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import (
    BatchSize,
    Beta,
    Count,
    Distinct,
    Images,
    LatentDim,
    Neighbours,
    Positive,
    Precision,
    Rate,
    Section,
    Seed,
    Seeds,
    Share,
)

LatentDims = Annotated[Distinct[LatentDim], Field(min_length=1, max_length=20)]
Codes = Annotated[int, Field(ge=2, le=4096)]
Factor = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class Prior(Section):
    """The autoregressive prior over a grid of codes."""

    channels: Annotated[int, Field(ge=1, le=1024, description="of both stacks")]
    depth: Annotated[int, Field(ge=1, le=100, description="number of layers")]
    radius: Annotated[int, Field(ge=1, le=10, description="of the kernels")]
    precision: Precision = Field(description="what hidden layers compute in")


class PriorTraining(Section):
    """How a prior is trained."""

    batch_size: BatchSize = Field(description="grids per step")
    learning_rate: Rate = Field(description="of Adam, at the first step")


class VectorQuantisedCommon(Section):
    """The models that are compared, and how they are trained."""

    seeds: Seeds = Field(description="of the Gaussian models and of the shown vector-quantised one")
    sweep_seeds: Seeds = Field(description="of the other vector-quantised models")
    latent_dims: LatentDims = Field(description="of plain VAEs")
    beta: Beta = Field(description="of the beta-VAEs")
    beta_latent_dims: LatentDims = Field(description="of the beta-VAEs")
    quantised_latent_dims: LatentDims = Field(description="lengths of code vectors")
    codes: Annotated[Distinct[Codes], Field(min_length=1, max_length=20, description="sizes of the codebook")]
    shown_latent_dim: LatentDim = Field(description="of the vector-quantised model that figures show")
    shown_codes: Codes = Field(description="of the same")
    commitment: Factor = Field(description="weight of the commitment term")
    codebook_update: Literal["average", "loss"] = Field(description="moving averages, or a term of the loss")
    codebook_decay: Share = Field(description="of the moving averages")
    codebook_revival: Annotated[
        float, Field(gt=0, lt=1, allow_inf_nan=False, description="share of the mean usage below which a code is dead")
    ]
    batch_size: BatchSize = Field(description="images per step")
    learning_rate: Rate = Field(description="of Adam")
    cooldown_share: Share = Field(description="last share of the steps, over which the learning rate falls to 0")
    precision: Precision = Field(description="what hidden layers compute in")
    prior: Prior = Field(description="a Gated PixelCNN over the codes")
    prior_training: PriorTraining = Field(description="how it is trained")
    regions: Count = Field(description="places that two latents are also sampled around")
    region_width: Positive = Field(description="standard deviation around a place, as a share of the whole length")
    neighbours: Neighbours = Field(description="k of precision and recall")


class VectorQuantised(Section):
    """Budget of the comparison on one dataset."""

    steps: Count = Field(description="of a Gaussian model's training")
    quantised_steps: Count = Field(description="of a vector-quantised model's training")
    prior_steps: Count = Field(description="of its prior's training")
    images: Images = Field(description="generated to measure, and to train the classifier of the accuracy score")
    few_images: Images = Field(description="of these, for the second inception score")
    neighbour_images: Images = Field(description="of these, for precision and recall")
    projected_images: Images = Field(description="test images whose latents are shown")
    classifier_steps: Count = Field(description="of the accuracy score's classifier")


class Preparation(Section):
    """How images are made of photographs: arguments of `tfvae.data.photographs.prepare`."""

    size: Annotated[int, Field(ge=8, le=96, description="height and width, a multiple of 4")]
    crop: Annotated[
        float, Field(gt=0, le=1, allow_inf_nan=False, description="share of the length kept around the centre")
    ]
    smoothing: Factor = Field(description="standard deviation of a Gaussian, pixels of the result")
    saturation: Factor = Field(description="factor of colours' distance from their grey")
    contrast: Factor = Field(description="factor of values' distance from middle grey")


class ColourCommon(Section):
    """The beta-VAEs of colour images, and how they are trained."""

    seeds: Seeds
    betas: Annotated[Distinct[Beta], Field(min_length=1, max_length=10, description="of the models, one each")]
    latent_dim: LatentDim = Field(description="of the Gaussian latents")
    layers: Literal["lean", "document"] = Field(description="see pipeline/colour_models.py")
    batch_size: BatchSize = Field(description="images per step")
    learning_rate: Rate = Field(description="of Adam")
    cooldown_share: Share = Field(description="last share of the steps, over which the learning rate falls to 0")
    precision: Precision = Field(description="what hidden layers compute in")
    feature_seed: Seed = Field(description="of the network whose features FID uses")
    feature_learning_rate: Rate = Field(description="of its training, where there are classes")
    neighbours: Neighbours = Field(description="k of precision and recall")


class Colour(Section):
    """Images and budget of one dataset."""

    preparation: Preparation = Field(description="how images are made of photographs")
    steps: Count = Field(description="of each training")
    images: Images = Field(description="generated to measure; at most as many test images are compared with")
    neighbour_images: Images = Field(description="of these, for precision and recall")
    feature_steps: Count = Field(description="of the feature network's training, where there are classes")
