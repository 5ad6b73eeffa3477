"""The record of the stage disentanglement."""

from typing import Generic, Literal

from pydantic import Field

from pipeline.params.architectures import Units
from pipeline.params.fields import Item, Section
from pipeline.records import fields

ScoreName = Literal[
    "beta_vae", "factor_vae", "mig", "sap", "modularity", "explicitness", "disentanglement", "completeness",
    "informativeness", "udr",
]  # fmt: skip


class Protocol(Section):
    """How all models were trained and scored."""

    steps: fields.Steps
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    likelihood: fields.Likelihood
    latent_dim: fields.LatentDim
    encoder: Units = Field(description="units of the encoder's hidden layers")
    decoder: Units = Field(description="units of the decoder's hidden layers")
    images: int = Field(description="images that scores are fitted to")
    test_images: int = Field(description="other images, that these are judged by")
    dci_images: int = Field(description="how many of either DCI sees at most")
    dci_trees: int = Field(description="boosted trees of DCI for each value of a factor")
    udr_images: int = Field(description="test images that UDR compares models on")
    train_draws: int = Field(description="draws that the β-VAE and FactorVAE scores are fitted to")
    test_draws: int = Field(description="draws that these are judged by")
    draw_images: int = Field(description="images of a draw of the FactorVAE score, pairs of one of the β-VAE score")


class Scores(Section, Generic[Item]):
    """Scores of disentanglement, each from 0 to 1."""

    beta_vae: Item = Field(description="how often differences of pairs of images tell which factor these share")
    factor_vae: Item = Field(description="how often the steadiest dimension tells which factor images share")
    mig: Item = Field(description="gap between the two dimensions that inform most about a factor")
    sap: Item = Field(description="gap between the two dimensions that predict a factor best")
    modularity: Item = Field(description="how nearly each dimension informs about one factor alone")
    explicitness: Item = Field(description="how well a linear classifier reads the factors off all dimensions")
    disentanglement: Item = Field(description="of DCI: how nearly a dimension is important for one factor alone")
    completeness: Item = Field(description="of DCI: how nearly a factor needs one dimension alone")
    informativeness: Item = Field(description="of DCI: accuracy with which trees tell the factors of test images")


class SeedScores(Scores[fields.Summary]):
    """Scores over the seeds of a model."""

    udr: fields.Summary = Field(description="how nearly the dimensions are those of the model's other seeds; no labels")


class KnownFactorsModel(Section):
    """A method with one strength, of several seeds, on all images of the data set, which it was trained on."""

    method: str = Field(description="name that `tfvae.models.build_model` knows")
    strength: float = Field(description="factor of the last term of the loss")
    seeds: fields.Seeds
    parameters: fields.Weights
    distortion: fields.Summary = Field(
        description="minus the log likelihood of one draw of the posterior, in nats per image"
    )
    kl: fields.Summary = Field(description="KL divergence of the posterior to the prior, in nats per image")
    kl_per_dimension: dict[str, fields.Summary] = Field(
        description="that of each latent, by its rank in its seed's model, in nats per image"
    )
    scores: SeedScores
    above_floors: list[ScoreName] = Field(
        description="scores of which every seed's is above those of all untrained encoders, and of the pixels"
    )


class Shown(Section):
    """The model whose latents the figures show: that of the highest mean MIG."""

    model: str = Field(description="its name in `models`")
    best: int = Field(description="its seed of the highest MIG")
    median: int = Field(description="its seed of the median MIG")


class Disentanglement(Protocol):
    """Models of images whose factors are known, and scores of whether each factor has latents of its own."""

    dataset: fields.Dataset
    factors: dict[str, int] = Field(description="number of values of each factor")
    pixels: Scores[float] = Field(
        description="of the pixels' first principal components, as many as latents, each of variance 1"
    )
    untrained: SeedScores = Field(
        description="of encoders before their training, one for each seed, the same for all methods"
    )
    models: dict[str, KnownFactorsModel] = Field(description="by method and strength")
    shown: Shown
    rank_correlations: dict[ScoreName, dict[ScoreName, float | None]] = Field(
        description="Spearman's, of scores over all trained models of all seeds; null where one is constant"
    )
