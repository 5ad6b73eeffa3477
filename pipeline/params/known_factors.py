"""The schema of params/known_factors.yaml: models of images whose factors are known, and their scores."""

from typing import Annotated, Any, Generic, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from pipeline.params import fields
from pipeline.params.architectures import Units

IMAGES = {"dots": 256, "sprites": 6144}  # how many each data set has: all combinations of its factors


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError("input should be greater than 0")  # strengths lie on a logarithmic axis
    return value


def _known(name: str) -> str:
    if name not in IMAGES:
        raise ValueError(f"known datasets are {', '.join(IMAGES)}")
    return name


DatasetName = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": [*IMAGES]})]
Datasets = fields.SomeDistinct[DatasetName]
Strength = Annotated[
    fields.Beta,
    AfterValidator(_positive),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1000, "significantDigits": 6}),
]
Samples = Annotated[int, Field(ge=2, le=1_000_000)]


class Method(fields.Section):
    """A model that is trained with several strengths."""

    strengths: fields.Distinct[Strength] = Field(
        max_length=20, description="factors of the last term of the loss, a model for each; none leave the method out"
    )


class FactorMethod(Method):
    """The FactorVAE, with its discriminator."""

    discriminator: Units = Field(description="units of the discriminator's hidden layers")
    discriminator_rate: fields.Rate = Field(description="learning rate of the discriminator")


class MomentMethod(Method):
    """A DIP-VAE."""

    kind: Literal["I", "II"] = Field(description="kind of DIP-VAE")
    diagonal_ratio: fields.Positive = Field(description="weight of variances to that of covariances")


class Methods(fields.Section):
    """The methods, by the names that `tfvae.models.build_model` knows."""

    vae: Method
    tcvae: Method
    factor_vae: FactorMethod
    dip_vae: MomentMethod


class Disentanglement(fields.Section):
    """The models of one data set, their training, and how they are scored."""

    encoder: Units = Field(description="units of the encoder's hidden layers")
    decoder: Units = Field(description="units of the decoder's hidden layers")
    latent_dim: Annotated[int, Field(ge=2, le=128, description="dimensions of a latent")]
    likelihood: fields.Likelihood
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    methods: Methods
    dci_trees: Annotated[int, Field(ge=1, le=1000, description="boosted trees of DCI for each value of a factor")]
    train_draws: Annotated[
        int, Field(ge=50, le=1_000_000, description="draws that the β-VAE and FactorVAE scores are fitted to")
    ]
    test_draws: Annotated[int, Field(ge=1, le=1_000_000, description="draws that these are judged by")]
    draw_images: Annotated[
        int,
        Field(ge=2, le=10_000, description="images of a draw of the FactorVAE score, pairs of one of the β-VAE score"),
    ]
    _: fields.OfEachDataset
    seeds: Annotated[fields.Seeds, Field(min_length=2)]
    steps: fields.Steps
    images: Samples = Field(description="images that scores are fitted to")
    test_images: Samples = Field(description="other images, that these are judged by")
    dci_images: Samples = Field(description="how many of either DCI sees at most")
    udr_images: Samples = Field(description="how many of `test_images` UDR compares models on")

    def by_method(self) -> dict[str, Any]:
        """Return the options of each method, and its strengths."""
        return self.methods.model_dump()

    def _conflicts(self) -> fields.Conflicts:
        if not any(options["strengths"] for options in self.by_method().values()):
            yield (), "methods must have a strength at least. Received: none"
        for name, of in (("dci_images", "images"), ("udr_images", "test_images")):
            if getattr(self, name) > getattr(self, of):
                yield (), f"{name} must be at most {of}. Received: {getattr(self, name)} and {getattr(self, of)}"


class PerKnown(fields.PerDataset[fields.Settings, fields.Entry], Generic[fields.Settings, fields.Entry]):
    """Values of every data set with known factors, and each one's own."""

    __pydantic_extra__: dict[DatasetName, Annotated[fields.Entry, fields.Part(common=False)]]
