"""The schema of params/colour_images.yaml."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import (
    Betas,
    Factor,
    Images,
    LatentDim,
    Neighbours,
    Optimisation,
    PerDataset,
    Rate,
    Section,
    Seed,
    Seeds,
    Steps,
    neighbours_conflicts,
)


class Preparation(Section):
    """How images are made of photographs: arguments of `tfvae.data.photographs.prepare`."""

    size: Annotated[int, Field(ge=8, le=96, multiple_of=4, description="height and width in pixels")]
    crop: Annotated[
        float, Field(gt=0, le=1, allow_inf_nan=False, description="share of the length kept around the centre")
    ]
    smoothing: Factor = Field(description="standard deviation of a Gaussian, in pixels of the result")
    saturation: Factor = Field(description="factor of a colour's distance from its grey")
    contrast: Factor = Field(description="factor of a value's distance from middle grey")


class ColourCommon(Optimisation):
    """The beta-VAEs of colour images, and how they are trained."""

    seeds: Seeds
    betas: Betas
    latent_dim: LatentDim
    layers: Literal["lean", "document"] = Field(description="layers, see pipeline/colour_images/models.py")
    feature_seed: Seed = Field(description="seed of the network whose features FID uses")
    feature_learning_rate: Rate = Field(description="learning rate of that network, where there are classes")
    neighbours: Neighbours


class ColourBudget(Section):
    """Images and budget of one dataset."""

    preparation: Preparation = Field(description="how images are made of photographs")
    steps: Steps
    images: Images = Field(description="images generated to measure; at most as many test images are compared with")
    neighbour_images: Images = Field(description="how many of these precision, recall, density and coverage are of")
    feature_steps: Steps = Field(description="training steps of the feature network, where there are classes")


class ColourSettings(ColourCommon, ColourBudget):
    """Settings of one dataset."""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Check that there are as many images as measures need."""
        yield from neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)


class ColourImages(Section):
    """The whole of params/colour_images.yaml."""

    colour: PerDataset[ColourCommon, ColourBudget, ColourSettings]
