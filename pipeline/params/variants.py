"""The schema of params/variants.yaml: models of the study with one thing changed."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from pipeline.params import fields

Name = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}(-[a-z0-9]{1,16}){0,2}$")]
CHANGES = ("architecture", "decoder_end", "latent_dim", "sticks", "concentration")


class Variant(fields.Section):
    """Models of the study, one for each beta and seed, and what is changed in them: all `CHANGES` may be absent."""

    network: Annotated[Literal["mlp", "cnn"], Field(description="dense or convolutional networks")]
    betas: fields.Betas = Field(description="betas of the models, one each")
    seeds: fields.Seeds
    steps: fields.Steps
    architecture: Annotated[
        fields.CandidateName, Field(default=None, description="candidate; may be absent: the one that the study uses")
    ]
    decoder_end: Annotated[
        Literal["convolution", "dense"],
        Field(default=None, description="last layer of a convolutional decoder; may be absent: a convolution"),
    ]
    latent_dim: Annotated[
        fields.LatentDim,
        Field(default=None, description="dimensions of a Gaussian latent; may be absent: those of the study"),
    ]
    sticks: Annotated[
        fields.Sticks, Field(default=None, description="weights of a stick-breaking latent; may be absent: a Gaussian")
    ]
    concentration: Annotated[
        fields.Concentration,
        Field(default=None, description="alpha_0 of the sticks' prior Beta(1, alpha_0); absent where they are"),
    ]

    @property
    def changes(self) -> dict[str, Any]:
        """What is changed, by name."""
        return self.model_dump(include={*CHANGES}, exclude_unset=True)

    def _conflicts(self) -> fields.Conflicts:
        changes = self.changes.keys()
        if "decoder_end" in changes and self.network != "cnn":
            yield ("decoder_end",), "only convolutional networks, cnn, have it"
        if ("sticks" in changes) != ("concentration" in changes):
            yield (), "sticks and concentration need each other"
        if {"sticks", "latent_dim"} <= changes:
            yield ("latent_dim",), "sticks are the dimensions of a stick-breaking latent"


class Variants(fields.Section):
    """The variants of one dataset."""

    cooldown_share: fields.CooldownShare
    periods: fields.Count = Field(description="rows of a training's history; divides the steps")
    neighbours: fields.SomeDistinct[fields.Neighbours] = Field(
        max_length=20, description="numbers of neighbours whose votes classify a latent"
    )
    _: fields.OfEachDataset
    models: Annotated[dict[Name, Variant], Field(min_length=1, max_length=100)]

    def _conflicts(self) -> fields.Conflicts:
        for name, variant in self.models.items():
            if variant.steps % self.periods:
                mistake = f"steps must be a multiple of common.periods. Received: {variant.steps} and {self.periods}"
                yield ("models", name), mistake

    def named_candidates(self) -> Iterator[tuple[str, str, str]]:
        """Yield the name, the network and the candidate of each variant that names one."""
        for name, variant in self.models.items():
            if "architecture" in variant.changes:
                yield name, variant.network, variant.architecture
