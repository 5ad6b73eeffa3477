"""The schema of params/vq_vae.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params import fields

LatentDims = Annotated[fields.SomeDistinct[fields.LatentDim], Field(max_length=20)]
Codes = Annotated[int, Field(ge=2, le=4096)]


class Prior(fields.Section):
    """The autoregressive prior over a grid of codes."""

    channels: Annotated[int, Field(ge=1, le=1024, description="channels of each of the two stacks")]
    depth: Annotated[int, Field(ge=1, le=100, description="number of layers")]
    radius: Annotated[int, Field(ge=1, le=10, description="radius of the kernels")]
    precision: fields.Precision


class PriorTraining(fields.Section):
    """How a prior is trained."""

    batch_size: Annotated[int, Field(ge=1, le=1024, description="grids of codes per training step")]
    learning_rate: fields.Rate = Field(description="learning rate of Adam at the first step")


class VectorQuantised(fields.Optimisation):
    """Comparison on one dataset: the models, and how they are trained."""

    seeds: fields.Seeds = Field(
        description="seeds of the Gaussian models and of the vector-quantised one that figures show"
    )
    sweep_seeds: fields.Seeds = Field(description="seeds of the other vector-quantised models")
    latent_dims: LatentDims = Field(description="dimensions of the plain VAEs' latents")
    beta: fields.Beta = Field(description="beta of the beta-VAEs")
    beta_latent_dims: LatentDims = Field(description="dimensions of the beta-VAEs' latents")
    quantised_latent_dims: LatentDims = Field(description="lengths of code vectors")
    codes: fields.SomeDistinct[Codes] = Field(max_length=20, description="sizes of the codebook")
    shown_latent_dim: fields.LatentDim = Field(description="length of the code vectors of the model that figures show")
    shown_codes: Codes = Field(description="size of its codebook")
    commitment: fields.Factor = Field(description="weight of the commitment term")
    codebook_update: Literal["average", "loss"] = Field(
        description="update of the codebook: moving averages, or a term of the loss"
    )
    codebook_decay: fields.Share = Field(description="decay of the moving averages")
    codebook_revival: Annotated[
        float, Field(gt=0, lt=1, allow_inf_nan=False, description="share of the mean usage below which a code is dead")
    ]
    prior: Prior = Field(description="a Gated PixelCNN over the codes")
    prior_training: PriorTraining = Field(description="how it is trained")
    regions: fields.Count = Field(description="places around which two latents are also sampled")
    region_width: fields.Positive = Field(
        description="standard deviation around a place, as a share of the whole length"
    )
    neighbours: fields.Neighbours
    _: fields.OfEachDataset
    steps: fields.Steps = Field(description="training steps of a Gaussian model")
    quantised_steps: fields.Steps = Field(description="training steps of a vector-quantised model")
    prior_steps: fields.Steps = Field(description="training steps of a prior")
    images: fields.ClassifierImages
    few_images: fields.Images = Field(description="how many of these a second inception score is of")
    neighbour_images: fields.NeighbourImages
    projected_images: fields.Images = Field(description="test images whose latents are shown")
    classifier_steps: fields.Steps = Field(description="training steps of the accuracy score's classifier")

    def _conflicts(self) -> fields.Conflicts:
        yield from fields.neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
        if self.few_images > self.images:
            yield (), "few_images must be at most as many as images"
