"""The schema of params/colour_images.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params import fields


class Preparation(fields.Section):
    """How images are made of photographs: arguments of `tfvae.data.photographs.prepare`."""

    size: Annotated[int, Field(ge=8, le=96, multiple_of=4, description="height and width in pixels")]
    crop: Annotated[
        float, Field(gt=0, le=1, allow_inf_nan=False, description="share of the length kept around the centre")
    ]
    smoothing: fields.Factor = Field(description="standard deviation of a Gaussian, in pixels of the result")
    saturation: fields.Factor = Field(description="factor of a colour's distance from its grey")
    contrast: fields.Factor = Field(description="factor of a value's distance from middle grey")


class Colour(fields.Optimisation):
    """The beta-VAEs of one dataset of colour images, and how they are trained."""

    seeds: fields.Seeds
    betas: fields.Betas
    latent_dim: fields.LatentDim
    layers: Literal["lean", "document"] = Field(description="layers, see pipeline/colour_images/models.py")
    feature_seed: fields.Seed = Field(description="seed of the network whose features FID uses")
    feature_learning_rate: fields.Rate = Field(description="learning rate of that network, where there are classes")
    neighbours: fields.Neighbours
    _: fields.OfEachDataset
    preparation: Preparation = Field(description="how images are made of photographs")
    steps: fields.Steps
    images: fields.Images = Field(
        description="images generated to measure; at most as many test images are compared with"
    )
    neighbour_images: fields.NeighbourImages
    feature_steps: fields.Steps = Field(description="training steps of the feature network, where there are classes")

    def _conflicts(self) -> fields.Conflicts:
        yield from fields.neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
