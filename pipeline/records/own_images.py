"""The record of the stage own-images."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields
from pipeline.records.experiment import ImageShape


class Model(fields.OfTestImages):
    """A beta-VAE, trained on several seeds, and its metrics."""

    network: fields.Network
    beta: fields.Beta
    steps: fields.Steps
    parameters: fields.Weights
    fid_reconstructions: fields.Summary = Field(description="FID of the reconstructions of the test images")
    active_units: fields.Summary = Field(description="dimensions whose posterior mean varies by more than 0.01")
    samplers: dict[str, dict[str, fields.Summary]] = Field(
        description="metrics of images whose latents are not of the prior: `scaled`, and `mixture`, which is fitted"
    )


class OwnImages(Section):
    """The beta-VAEs of a user's own images."""

    dataset: fields.Dataset
    image_shape: ImageShape
    training_images: int = Field(description="images that models are trained on")
    test_images: int = Field(description="images that models are measured on")
    classes: int = Field(description="number of classes; 1 where images have none")
    seeds: fields.Seeds
    latent_dim: fields.LatentDim
    likelihood: fields.Likelihood
    precision: fields.Precision
    scale: float = Field(description="factor of the latents of `scaled`")
    components: int = Field(description="components of the fitted mixture")
    features: Literal["classifier", "random"] = Field(
        description="network of the features that FID compares: trained to tell the classes, or as its seed drew it"
    )
    feature_seed: int = Field(description="seed of that network")
    fid_floor: float = Field(description="FID of training images")
    fid_mean_image: float = Field(description="FID of copies of the mean training image")
    accuracy: Annotated[float, Field(default=None, description="share of test images that a classifier tells right")]
    models: dict[str, Model]
