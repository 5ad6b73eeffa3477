"""The record of the stage hyperparameter-search."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.params.fields import Section
from pipeline.params.wide_search import Choice
from pipeline.records import fields

Cost = Annotated[int, Field(description="training images times the model's weights")]


class Rung(fields.Objectives):
    """A trial after some of its steps, and its objectives then."""

    steps: int = Field(description="training steps so far")


class Trial(Choice):
    """A trial of the search, its values, and how it came out."""

    trial: int = Field(description="number of the trial, from 0")
    wave: int = Field(description="number of the wave that it was proposed in, from 0")
    state: Literal["complete", "pruned", "diverged"] = Field(description="whether it ended early, or was not finite")
    parameters: fields.Weights
    cost: Cost
    rungs: list[Rung]


class Candidate(fields.Objectives):
    """A candidate of the grid, with the means of its objectives over the grid's seeds."""

    name: fields.Candidate
    cost: Cost


class Beside(Section):
    """The hand-made grid of architectures that the search stands beside."""

    precision: fields.Precision
    cost: Cost = Field(description="of all candidates")
    front: list[fields.Candidate] = Field(description="candidates that no other beats")
    candidates: list[Candidate]


class Confirmed(Section):
    """A model of either front, trained on further seeds."""

    cost: Cost = Field(description="of one training")
    diverged: int = Field(description="trainings that were not finite; they count in no summary")
    fid: Annotated[fields.Summary, Field(default=None, description="FID of generated images")]
    tvd: Annotated[fields.Summary, Field(default=None, description="total variation distance of their classes")]


class HyperparameterSearch(Section):
    """A search over every hyperparameter of a dense VAE, beside the grid of architectures."""

    dataset: fields.Dataset
    precision: fields.Precision
    seed: int = Field(description="seed of the proposals, and of each trial's training")
    seeds: list[int] = Field(description="further seeds, of the confirmed models")
    images: fields.Images
    keep: float = Field(description="share of the trials that go on from one rung to the next")
    steps: list[int] = Field(description="training steps of each rung")
    cost: Cost = Field(description="of all trials")
    front: list[int] = Field(description="complete trials that no other beats")
    front_at_cost_of_grid: list[int] = Field(description="the same of the first trials, which cost what the grid did")
    grid: Beside
    confirmed: dict[str, Confirmed]
    trials: list[Trial]
