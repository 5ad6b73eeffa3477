"""The record of the stage objectives."""

from typing import Annotated

from pydantic import Field

from pipeline.params.architectures import Units
from pipeline.params.fields import Section
from pipeline.params.model_family import Pixels
from pipeline.records import fields


class Protocol(Section):
    """How all models were trained and measured."""

    steps: fields.Steps
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    likelihood: fields.Likelihood
    encoder: Units = Field(description="units of the encoder's hidden layers")
    decoder: Units = Field(description="units of the decoder's hidden layers")
    images: fields.Images
    components: int = Field(description="components of the fitted mixture")
    importance_samples: int = Field(description="importance samples for the likelihood of an image")
    likelihood_images: int = Field(description="test images whose likelihood is estimated")
    probe_images: int = Field(description="training images whose latents, or pixels, tell the classes of the others")


class Floor(Section):
    """How well the pixels themselves tell the classes of test images."""

    neighbour_error: dict[str, float] = Field(description="share that k neighbours classify wrongly, by k")
    linear_probe_accuracy: float = Field(description="share that a linear classifier tells right")


class Latents(Section):
    """How well latents tell the classes of test images."""

    neighbour_error: dict[str, fields.Summary] = Field(description="share that k neighbours classify wrongly, by k")
    linear_probe_accuracy: fields.Summary = Field(description="share that a linear classifier tells right")
    active_units: fields.Summary = Field(description="dimensions whose posterior mean varies by more than 0.01")


class Samples(Section):
    """The images of one sampler beside the test images."""

    fid: fields.Summary = Field(description="FID of the images")
    precision: fields.Summary = Field(description="share of them that lie among the test images")
    recall: fields.Summary = Field(description="share of the test images that lie among them")
    density: fields.Summary = Field(description="how many test images each lies among, relative to k")
    coverage: fields.Summary = Field(description="share of the test images near which one of them lies")


class FamilyModel(Latents):
    """A model of several seeds, on test images."""

    model: str = Field(description="name that `tfvae.models.build_model` knows")
    posterior: str = Field(description="family of the posterior")
    latent_dim: fields.LatentDim
    pixels: Pixels = Field(description="images that it learned: as they are, or binarised")
    beta: float = Field(description="factor of the last term of the loss")
    seeds: fields.Seeds
    parameters: fields.Weights
    distortion: fields.Summary = Field(
        description="minus the log likelihood of one draw of the posterior, in nats per image"
    )
    kl: fields.Summary = Field(description="KL divergence of the posterior to the prior, in nats per image")
    mse: fields.Summary = Field(description="squared error per image, summed over pixels, of images in [0, 1]")
    fid_reconstructions: fields.Summary = Field(description="FID of the reconstructions of the test images")
    negative_log_likelihood: Annotated[
        fields.Summary, Field(default=None, description="of binarised test images, in nats per image, if it has one")
    ]
    negative_elbo: Annotated[fields.Summary, Field(default=None, description="its upper bound")]
    samplers: dict[str, Samples]
    untrained: Latents = Field(description="the same of the encoder before its training")


class Objectives(Protocol):
    """Objectives, priors and posteriors beside the beta-VAE, on one dataset."""

    dataset: fields.Dataset
    pixels: dict[Pixels, Floor]
    models: dict[str, FamilyModel]
