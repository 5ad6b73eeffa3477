"""JSON of what all systems share: the classifier that measures, and trained models."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields

ImageShape = Annotated[list[int], Field(min_length=3, max_length=3, description="height, width and channels")]


class ClassifierFloors(Section):
    """What a dataset's classifier sees of real images: the best that a model can reach."""

    accuracy: float = Field(description="share of the test images that the classifier tells right")
    fid_floor: float = Field(description="FID of training images")
    fid_mean_image: float = Field(description="FID of copies of the mean training image; the unit of `fid_relative`")
    tvd_floor: float = Field(description="mean total variation distance of classes redrawn from the test images'")
    max_class_gap_floor: float = Field(description="mean of the largest class gap of the same")


class ClassifierConfiguration(Section):
    """Arguments of `tfvae.networks.classifier.classifier`."""

    image_shape: ImageShape
    num_classes: int = Field(description="number of classes")


class Posterior(Section):
    """The family of the posterior, and its sizes."""

    name: str = Field(description="family of the posterior")
    latent_dim: fields.LatentDim
    concentration: Annotated[float, Field(default=None, description="alpha_0 of the prior of sticks, where there are")]


class Configuration(Section):
    """Arguments of `tfvae.models.registry.build_model` for a VAE of the study."""

    model: Literal["vae"] = Field(description="kind of model")
    image_shape: ImageShape
    network: str = Field(description="network of both halves")
    encoder: fields.EncoderLayers
    decoder: fields.DecoderLayers
    posterior: Posterior
    likelihood: fields.Likelihood
    precision: fields.Precision


class Manifolds(Section):
    """What the figures of manifolds say of their models."""

    precision: fields.Precision
