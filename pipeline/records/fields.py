"""Types that several records share."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from pipeline.params.architectures import ConvolutionalDecoder, Encoder, Units
from pipeline.params.fields import NetworkName, Section

Dataset = Annotated[str, Field(description="dataset")]
Network = Annotated[NetworkName, Field(description="network of both halves: dense or convolutional")]
Beta = Annotated[float, Field(description="factor of the KL divergence in the loss")]
Precision = Annotated[
    Literal["float32", "bfloat16"], Field(description="number format in which hidden layers computed")
]
Likelihood = Annotated[Literal["squared_error", "bernoulli"], Field(description="likelihood of a pixel")]
Seeds = Annotated[list[int], Field(description="seed of each model, in the order of the values of a summary")]
Steps = Annotated[int, Field(description="training steps")]
BatchSize = Annotated[int, Field(description="images per training step")]
Rate = Annotated[float, Field(description="learning rate of Adam")]
CooldownShare = Annotated[float, Field(description="last share of the steps, over which the learning rate falls to 0")]
LatentDim = Annotated[int, Field(description="dimensions of a latent")]
Weights = Annotated[int, Field(description="number of weights")]
Images = Annotated[int, Field(description="images generated to measure a model")]
Candidate = Annotated[str, Field(description="candidate architecture, as in architectures.yaml")]
EncoderLayers = Annotated[Units | Encoder, Field(description="layers of the encoder, as in architectures.yaml")]
DecoderLayers = Annotated[
    Units | ConvolutionalDecoder, Field(description="layers of the decoder, as in architectures.yaml")
]


class Spread(Section):
    """Mean and standard deviation of a metric over the seeds of a model."""

    mean: float = Field(description="mean over the seeds")
    sd: float | None = Field(description="standard deviation (ddof 1); null for one seed")


class Summary(Spread):
    """A metric over the seeds of a model, as `tfvae.evaluation.summaries.summarize` returns it."""

    n: int = Field(description="number of seeds")
    values: list[float] = Field(description="value of each seed")


class Summaries(Section):
    """Summaries of metrics by their names, beside the fields that a record of this kind names."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Summary]


class OfTestImages(Summaries):
    """Metrics on the test images, of one sample of the posterior of each, beside those of generated images."""

    mse: Summary = Field(description="squared error per image, summed over pixels, of images in [0, 1]")
    kl: Summary = Field(description="KL divergence of the posterior to the prior, in nats per image")
    loss: Summary = Field(description="distortion plus beta times the KL divergence, per image")


class Trained(Section):
    """What a model that a record only draws on was trained in."""

    precision: Precision


class Objectives(Section):
    """A number of each objective of the search."""

    fid: float = Field(description="of FID")
    tvd: float = Field(description="of the total variation distance")
