"""The schema of params/wide_search.yaml."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pipeline.params import fields

Depth = Annotated[int, Field(ge=1, le=100)]
Units = Annotated[int, Field(ge=1, le=65_536)]
LatentDim = Annotated[int, Field(ge=2, le=512)]  # at least two sticks
Posterior = Literal["diagonal_gaussian", "stick_breaking"]


class Space(fields.Section):
    """The values that the search chooses from."""

    depth: fields.SomeDistinct[Depth] = Field(max_length=50, description="numbers of hidden layers of each half to try")
    first_units: fields.SomeDistinct[Units] = Field(
        max_length=50, description="units of the encoder's first hidden layer to try; the decoder mirrors them"
    )
    last_units: fields.SomeDistinct[Units] = Field(
        max_length=50, description="units of its last one to try; those between lie on a straight line"
    )
    latent_dim: fields.SomeDistinct[LatentDim] = Field(max_length=50, description="dimensions of a latent to try")
    posterior: fields.SomeDistinct[Posterior] = Field(max_length=2, description="posteriors to try")
    likelihood: fields.SomeDistinct[fields.Likelihood] = Field(max_length=2, description="likelihoods to try")
    beta: fields.SomeDistinct[fields.Beta] = Field(max_length=50, description="factors of the KL divergence to try")
    batch_size: fields.SomeDistinct[fields.BatchSize] = Field(max_length=50, description="batch sizes to try")
    learning_rate: fields.SomeDistinct[fields.Rate] = Field(max_length=50, description="learning rates to try")
    cooldown_share: fields.SomeDistinct[fields.Share] = Field(
        max_length=50, description="last shares of the steps to try, over which the learning rate falls to 0"
    )
    warmup_share: fields.SomeDistinct[fields.Share] = Field(
        max_length=50, description="first shares of the steps to try, over which the KL term fades in"
    )


class Choice(fields.Section):
    """One of the combinations that a search chooses from."""

    depth: Depth = Field(description="hidden layers of each half")
    first_units: Units = Field(description="units of the encoder's first hidden layer; the decoder mirrors them")
    last_units: Units = Field(description="units of its last one, if there are several")
    latent_dim: LatentDim = Field(description="dimensions of a latent")
    posterior: Posterior = Field(description="posterior")
    likelihood: fields.Likelihood
    beta: fields.Beta
    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    warmup_share: fields.Share = Field(description="first share of the steps, over which the KL term fades in")


class HyperparameterSearch(fields.Section):
    """A search over every hyperparameter of a dense VAE on one dataset, by FID and TVD."""

    seed: fields.Seed = Field(description="seed of the proposals, and of each trial's training")
    precision: fields.Precision
    concentration: fields.Concentration
    gradient_clip: fields.Positive = Field(description="bound of the gradient's global norm")
    startup_trials: Annotated[
        int, Field(ge=1, le=1000, description="first trials, which are drawn by chance but for the very first")
    ]
    keep: Annotated[float, Field(gt=0, le=1, description="share of the trials that go on from one rung to the next")]
    space: Space
    first_trial: Choice = Field(description="the first trial")
    _: fields.OfEachDataset
    waves: Annotated[int, Field(ge=1, le=1000, description="number of times that new trials are proposed")]
    wave: Annotated[int, Field(ge=1, le=1000, description="trials that are proposed at once, and train side by side")]
    rungs: fields.SomeDistinct[fields.Count] = Field(
        max_length=20, description="training steps, ascending, after which trials are compared; the last end them"
    )
    images: fields.Images = Field(description="images generated to measure FID and TVD")
    confirmed: Annotated[
        int, Field(ge=1, le=1000, description="models of either front, at most, that are trained on further seeds")
    ]
    seeds: fields.Seeds = Field(description="these seeds")

    def choices(self) -> dict[str, list[Any]]:
        """Return the values that a search chooses from, by the names of the fields of a trial."""
        return self.space.model_dump()

    def _conflicts(self) -> fields.Conflicts:
        for name, choices in self.choices().items():
            if (value := getattr(self.first_trial, name)) not in choices:
                yield (), f"first_trial.{name} must be one of the values to try. Received: {value}, of {choices}"
        if self.rungs != sorted(self.rungs):
            yield ("rungs",), f"must ascend. Received: {self.rungs}"
        if self.seed in self.seeds:
            yield ("seeds",), f"must not hold the seed of the trials, by which they were chosen. Received: {self.seed}"
