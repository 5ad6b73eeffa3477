"""The record of the stage latent-analysis."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields


class Model(fields.Summaries):
    """A model, trained on several seeds."""

    seeds: fields.Seeds
    epochs: int = Field(description="training epochs")
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    latent_dim: fields.LatentDim
    parameters: fields.Weights
    training_loss: fields.Summary = Field(description="mean loss of the epoch of the weights, per image")


class BinaryModel(Model):
    """The VAE of binarised images."""

    importance_samples: int = Field(description="importance samples for the likelihood of an image")
    best_epoch: fields.Summary = Field(description="epoch whose weights are kept, the best on held-out images")
    validation_loss: fields.Summary = Field(description="loss of held-out images, in nats per image, at that epoch")
    negative_log_likelihood: fields.Summary = Field(description="of binarised test images, in nats per image")
    negative_elbo: fields.Summary = Field(description="its upper bound, in nats per image")


class LatentModel(Model):
    """A model whose latents are analysed, on test images."""

    validation_loss: fields.Summary = Field(description="loss of held-out images, in nats per image")
    validation_distortion: fields.Summary = Field(description="its distortion")
    validation_kl: fields.Summary = Field(description="its KL divergence")
    silhouette: fields.Summary = Field(description="mean silhouette of the posterior means, by class")
    silhouette_per_class: dict[str, fields.Summary] = Field(description="the same of each class")
    neighbour_error: dict[str, fields.Summary] = Field(description="share that k neighbours classify wrongly, by k")
    linear_probe_accuracy: fields.Summary = Field(description="share that a linear classifier tells right")
    active_units: fields.Summary = Field(description="dimensions whose posterior mean varies by more than 0.01")
    kl_per_dimension: Annotated[
        dict[str, fields.Summary],
        Field(default=None, description="KL divergence of each dimension of a Gaussian, the largest first, in nats"),
    ]


class LatentAnalysis(Section):
    """What the latents of an auto-encoder and two VAEs tell of the classes."""

    dataset: fields.Dataset
    validation_images: int = Field(description="training images that were held out")
    likelihood: BinaryModel
    models: dict[Literal["auto_encoder", "vae", "conv_vae"], LatentModel]
