"""The record of the stage reproduction: every published figure and claim beside ours."""

from typing import Annotated

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.records import fields
from pipeline.records.legacy import AugmentedModel

Verdict = Annotated[str, Field(description="verdict, see `pipeline.published.verdicts`")]
Origin = Annotated[str, Field(description="document")]
Line = Annotated[int, Field(description="line of the file in references")]
Reason = Annotated[str, Field(description="what stands behind the verdict, or empty")]


class GridAgreement(Section):
    """How far our search repeats the published one, for one metric."""

    dataset: fields.Dataset
    network: fields.Network
    metric: str = Field(description="metric that is compared")
    candidates: int = Field(description="candidates with a value of ours")
    spearman: float | None = Field(description="rank correlation; null where all are equal")
    interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        description="its 95 % interval; null for fewer than four candidates"
    )
    within_factor: int = Field(description="candidates whose published value is within a factor of two of ours")
    by_chance: float = Field(description="the expected number if published values were dealt at random")


class Ours(Section):
    """A value of ours that a claim compares."""

    place: str = Field(description="record and the names that lead to the value")
    value: fields.Summary | bool | float | str | None = Field(
        description="summary or setting; null where it is not recorded"
    )


class Claim(Section):
    """What a document says in words."""

    line: Line
    origin: Origin
    dataset: fields.Dataset
    claim: str = Field(description="name of the claim")
    statement: str = Field(description="what is claimed")
    source: str = Field(description="place in the document")
    comparison: str | None = Field(description="how our values are compared; null without values")
    ours: list[Ours]
    verdict: Verdict
    reason: Reason


class Figure(Section):
    """A published figure."""

    line: Line
    origin: Origin
    dataset: fields.Dataset
    model: str = Field(description="model that it is of")
    beta: float | None = Field(description="factor of the KL divergence; null where there is none")
    metric: str = Field(description="metric")
    published: float = Field(description="published value")
    source: str = Field(description="place in the document")
    comparable: str = Field(description="how far it can be compared, see references/README.md")
    note: str = Field(description="note on the figure")
    corrected: fields.Summary | None = Field(description="ours under the study's own protocol")
    legacy: fields.Summary | None = Field(description="ours under the thesis's protocol")
    verdict: Verdict
    explained_by: list[str] = Field(description="switches that explain a verdict `legacy only`")
    reason: Reason


class Effect(Section):
    """What one correction does to one metric of a model of the thesis's protocol."""

    dataset: fields.Dataset
    network: fields.Network
    model: str = Field(description="a beta, or the clamped stick-breaking model")
    switch: str = Field(description="what is corrected")
    published: str | float = Field(alias="from", description="the thesis's value of the switch")
    corrected: str | float = Field(alias="to", description="the corrected value")
    metric: str = Field(description="metric")
    legacy: fields.Summary = Field(description="as the thesis did it")
    alone: fields.Summary = Field(description="with this switch alone corrected")
    shift: float = Field(description="mean of `alone` minus mean of `legacy`")
    clear: bool | None = Field(description="whether the t test tells them apart; null with too few runs")


class Augmented(AugmentedModel):
    """A trained model sampled in several ways: when latents times a factor help."""

    dataset: fields.Dataset
    test_contrast: float = Field(description="contrast of the test images")


class Reproduction(Section):
    """Every published figure and claim beside ours."""

    counts: dict[str, dict[str, int]] = Field(description="number of figures of each document and verdict")
    by_chance: dict[str, dict[str, float]] = Field(
        description="the number to expect if published values were dealt to their lines at random"
    )
    searches: list[GridAgreement]
    claims: list[Claim]
    precisions: dict[str, list[str]] = Field(description="which of our records were trained in each precision")
    figures: list[Figure]
    effects: list[Effect]
    augmented: list[Augmented]
