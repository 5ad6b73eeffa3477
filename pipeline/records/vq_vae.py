"""The record of the stage vector-quantised."""

from typing import Annotated

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields

ModelName = Annotated[str, Field(pattern=r"^(vae|beta-vae|vq-vae-[0-9]+)-[0-9]+$")]


class Samples(fields.Summaries):
    """Metrics of the images of one sampler."""

    inception_score_few: fields.Summary = Field(description="inception score of the first `few_images`")
    legible: fields.Summary = Field(description="share of images of whose class the classifier is at least 90 % sure")
    cas: fields.Summary = Field(
        description="classification accuracy score: a classifier trained on the images, tested on real ones"
    )


class Real(fields.Summaries):
    """Real images in place of samples."""

    seeds: fields.Seeds
    samplers: dict[str, Samples]


class ModelSteps(Section):
    """Training steps of each part of a model."""

    model: int = Field(description="training steps of the model")
    prior: Annotated[int, Field(default=None, description="training steps of the prior over codes, if there is one")]


class Model(fields.Summaries):
    """A model, trained on several seeds, and its metrics."""

    latent_dim: fields.LatentDim
    codes: Annotated[int, Field(default=None, description="codes of the codebook, if there is one")]
    beta: Annotated[float, Field(default=None, description="factor of the KL divergence, if there is no codebook")]
    steps: ModelSteps
    parameters: fields.Weights
    seeds: fields.Seeds
    samplers: dict[str, Samples]
    mse: fields.Summary = Field(description="squared error per test image, summed over pixels")
    fid_reconstructions: fields.Summary = Field(description="FID of the reconstructions of the test images")
    class_agreement: fields.Summary = Field(description="share of reconstructions that keep their class")


class VectorQuantised(Section):
    """Plain, beta- and vector-quantised VAEs, compared by their samples."""

    dataset: fields.Dataset
    classifier_accuracy: float = Field(description="share of the test images that the classifier tells right")
    precision: fields.Precision
    prior: fields.Trained
    images: fields.Images
    few_images: int = Field(description="how many of these a second inception score is of")
    shown: str = Field(description="vector-quantised model that figures show")
    real: Real
    models: dict[ModelName, Model]
