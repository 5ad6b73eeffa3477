"""The schema of params/model_family.yaml: objectives, priors and posteriors beside the beta-VAE, under one protocol."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pipeline.params import fields
from pipeline.params.architectures import Units

Name = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}(-[a-z0-9]{1,16}){0,2}$")]
Pixels = Literal["grey", "binary"]
# The options of each model, beside which it has what every VAE has, and of each posterior beside the latent_dim.
OPTIONS: dict[str, tuple[str, ...]] = {
    "controlled_capacity": ("capacity", "capacity_share"),
    "dip_vae": ("kind", "diagonal_ratio"),
    "factor_vae": ("discriminator", "discriminator_rate"),
    "importance_weighted": ("samples", "groups", "elbo_weight", "split_gradients"),
    "mmd_vae": ("kernel", "kl_weight"),
    "regularized_autoencoder": ("regularizer", "regularizer_weight"),
    "sigma_vae": (),
    "tcvae": (),
    "vae": (),
    "vamp_vae": ("pseudo_inputs",),
}
PRIORS: dict[str, tuple[str, ...]] = {
    "diagonal_gaussian": (),
    "dirichlet": ("concentration",),
    "point": (),
    "stick_breaking": ("concentration",),
    "von_mises_fisher": (),
}


def _option(meaning: str, of: str) -> Any:
    return Field(default=None, description=f"{meaning}; absent but in {of}")


class Objective(fields.Section):
    """A model: its objective, its posterior with its prior, and the options of both, which the others lack."""

    model: Annotated[
        Literal[*OPTIONS],  # type: ignore[valid-type]
        Field(description="model, a name that `tfvae.models.build_model` knows"),
    ]
    posterior: Annotated[
        Literal[*PRIORS],  # type: ignore[valid-type]
        Field(default="diagonal_gaussian", description="posterior; may be absent: a Gaussian"),
    ]
    pixels: fields.SomeDistinct[Pixels] = Field(description="images that it learns: as they are, or binarised")
    beta: fields.Beta = Field(description="factor of the last term of the loss")
    latent_dim: Annotated[
        fields.LatentDim, Field(default=None, description="dimensions of a latent; may be absent: those of the others")
    ]
    likelihood: Annotated[
        Literal["squared_error", "bernoulli", "gaussian"],
        Field(
            default=None,
            description="likelihood of a pixel, gaussian of sigma_vae alone; may be absent: the common one",
        ),
    ]
    concentration: fields.Concentration = _option("concentration of the prior", "sticks and Dirichlet latents")
    samples: fields.Count = _option("weighted samples of each image", "importance_weighted")
    groups: fields.Count = _option("bounds that the samples are divided among", "importance_weighted")
    elbo_weight: fields.Share = _option("share of the ELBO in the objective", "importance_weighted")
    split_gradients: bool = _option("whether only the encoder has the groups' gradient", "importance_weighted")
    capacity: fields.Positive = _option("nats that the KL divergence is held at in the end", "controlled_capacity")
    capacity_share: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            default=None,
            description="share of the steps until it has them; absent but in controlled_capacity",
        ),
    ]
    discriminator: Units = _option("units of the discriminator's hidden layers", "factor_vae")
    discriminator_rate: fields.Rate = _option("learning rate of the discriminator", "factor_vae")
    kind: Literal["I", "II"] = _option("kind of DIP-VAE", "dip_vae")
    diagonal_ratio: fields.Positive = _option("weight of variances to that of covariances", "dip_vae")
    kernel: Literal["rbf", "imq"] = _option("kernel of the discrepancy", "mmd_vae")
    kl_weight: fields.Factor = _option("factor of the KL divergence", "mmd_vae")
    regularizer: Literal["l2", "gradient_penalty"] = _option("what keeps a decoder smooth", "regularized_autoencoder")
    regularizer_weight: fields.Factor = _option("its factor", "regularized_autoencoder")
    pseudo_inputs: fields.Count = _option("components of the prior", "vamp_vae")

    @property
    def options(self) -> dict[str, Any]:
        """The options of the model, by name."""
        return {name: getattr(self, name) for name in OPTIONS[self.model]}

    def described_posterior(self, latent_dim: int) -> dict[str, Any]:
        """Return the arguments of `tfvae.distributions.registry.build_posterior`."""
        own = {name: getattr(self, name) for name in PRIORS[self.posterior]}
        return {"name": self.posterior, "latent_dim": self.latent_dim or latent_dim, **own}

    def _conflicts(self) -> fields.Conflicts:
        if (self.likelihood == "gaussian") != (self.model == "sigma_vae"):
            yield ("likelihood",), "gaussian is the likelihood of sigma_vae, and of no other model"
        needed = {*OPTIONS[self.model], *PRIORS[self.posterior]}
        every = {name for names in (*OPTIONS.values(), *PRIORS.values()) for name in names}
        given = every & self.model_fields_set
        for name in sorted(given ^ needed):
            mistake = "is needed by" if name in needed else "is no option of"
            yield (name,), f"{mistake} the model {self.model} with the posterior {self.posterior}"


class Objectives(fields.Section):
    """The models, their training and their measuring on one dataset."""

    encoder: Units = Field(description="units of the encoder's hidden layers")
    decoder: Units = Field(description="units of the decoder's hidden layers")
    latent_dim: fields.LatentDim
    likelihood: fields.Likelihood
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    precision: fields.Precision
    components: fields.Components
    flow_steps: Annotated[int, Field(ge=10, le=10_000_000, description="training steps of the autoregressive flow")]
    neighbours: fields.Neighbours
    votes: fields.SomeDistinct[fields.Neighbours] = Field(
        max_length=20, description="numbers of neighbours whose votes classify a latent"
    )
    importance_samples: Annotated[
        int, Field(ge=1, le=100_000, description="importance samples for the likelihood of an image")
    ]
    family: Annotated[dict[Name, Objective], Field(min_length=1, max_length=100)]
    _: fields.OfEachDataset
    models: fields.AllOr[Annotated[fields.SomeDistinct[Name], Field(max_length=100)]] = Field(
        description="names of `family` that are trained, or all"
    )
    seeds: fields.Seeds
    steps: fields.Steps
    images: fields.Images = Field(description="images generated to measure each sampler")
    neighbour_images: fields.NeighbourImages
    fitted: Annotated[
        int, Field(ge=20, le=1_000_000, description="draws of the aggregated posterior that samplers are fitted to")
    ]
    probe_images: fields.Images = Field(description="training images whose latents tell the classes of the others")
    likelihood_images: fields.Images = Field(description="test images whose likelihood is estimated")

    @property
    def chosen(self) -> dict[str, Objective]:
        """The models that are trained, by name."""
        return self.family if self.models == "all" else {name: self.family[name] for name in self.models}

    @property
    def unknown(self) -> list[str]:
        """The names of `models` that the family lacks."""
        return [] if self.models == "all" else [name for name in self.models if name not in self.family]

    def _conflicts(self) -> fields.Conflicts:
        yield from fields.neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
