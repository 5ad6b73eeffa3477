"""The record of the stage pretrained."""

from pydantic import ConfigDict, Field

from pipeline.params.fields import Section
from pipeline.records import fields
from pipeline.records.experiment import ImageShape


class PretrainedMetrics(Section):
    """Metrics of one model by their names, of generated images where this does not say otherwise."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, float]
    fid: float = Field(description="FID of generated images")
    mse: float = Field(description="squared error per test image, summed over pixels, of images in [0, 1]")
    kl: float = Field(description="KL divergence of the posterior to the prior, in nats per test image")


class Pretrained(Section):
    """A small model that Git keeps."""

    dataset: fields.Dataset
    network: fields.Network
    image_shape: ImageShape
    latent_dim: fields.LatentDim
    likelihood: fields.Likelihood
    beta: fields.Beta
    steps: fields.Steps
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    seed: int = Field(description="seed of the training and of what is generated to measure")
    precision: fields.Precision
    parameters: fields.Weights
    images: fields.Images
    processor: str = Field(description="name of the processor that measured it")
    metrics: PretrainedMetrics = Field(description="metrics of the model as it is stored, with weights in float16")
