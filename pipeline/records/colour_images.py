"""The record of the stage colour."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields


class Model(fields.OfTestImages):
    """A beta-VAE, trained on several seeds, and its metrics."""

    beta: fields.Beta
    fid_reconstructions: fields.Summary = Field(description="FID of the reconstructions of the test images")
    active_units: fields.Summary = Field(description="dimensions whose posterior mean varies by more than 0.01")


class Colour(Section):
    """The beta-VAEs of colour images."""

    dataset: fields.Dataset
    seeds: fields.Seeds
    layers: Literal["lean", "document"] = Field(description="layers of the models")
    latent_dim: fields.LatentDim
    steps: fields.Steps
    precision: fields.Precision
    parameters: fields.Weights
    features: Literal["classifier", "random"] = Field(description="network of the features that FID compares")
    fid_floor: float = Field(description="FID of training images")
    fid_mean_image: float = Field(description="FID of copies of the mean training image")
    accuracy: Annotated[float, Field(default=None, description="share of test images that a classifier tells right")]
    models: dict[str, Model]
