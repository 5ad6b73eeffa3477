"""The schema of params/conditional_vae.yaml."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pipeline.params import fields

Units = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(min_length=1, max_length=20)]

Optimizer = Literal["adam", "rmsprop", "adagrad"]
Epochs = Annotated[int, Field(ge=1, le=100_000)]


class Space(fields.Section):
    """The values that the search chooses from."""

    batch_size: fields.SomeDistinct[fields.BatchSize] = Field(max_length=50, description="batch sizes to try")
    learning_rate: fields.SomeDistinct[fields.Rate] = Field(max_length=50, description="learning rates to try")
    latent_dim: fields.SomeDistinct[fields.LatentDim] = Field(
        max_length=50, description="dimensions of a latent to try"
    )
    optimizer: fields.SomeDistinct[Optimizer] = Field(max_length=3, description="optimisers to try")
    beta: fields.SomeDistinct[fields.Beta] = Field(max_length=50, description="factors of the KL divergence to try")


class Trial(fields.Section):
    """One of the combinations that a search chooses from."""

    batch_size: fields.BatchSize
    learning_rate: fields.Rate = Field(description="learning rate of the first step")
    latent_dim: fields.LatentDim
    optimizer: Optimizer = Field(description="optimiser")
    beta: fields.Beta
    epochs: Epochs = Field(description="training epochs")


class Conditional(fields.Section):
    """Comparison of a VAE and a conditional one on one dataset, each with the best training that a search finds."""

    seeds: fields.Seeds
    conditional_units: Units = Field(
        description="units of the conditional encoder's hidden layers; the decoder mirrors them"
    )
    precision: fields.Precision
    cooldown_share: fields.CooldownShare
    startup_trials: Annotated[
        int,
        Field(ge=1, le=1000, description="first trials, never ended early, and but for the very first drawn by chance"),
    ]
    first_trial: Trial = Field(description="the first trial")
    space: Space
    _: fields.OfEachDataset
    vae_units: Units = Field(description="units of the VAE encoder's hidden layers; the decoder mirrors them")
    validation_images: fields.Images = Field(description="last training images, held out in the searches")
    trials: Annotated[int, Field(ge=1, le=10_000, description="trials of each search")]
    epochs: fields.SomeDistinct[Epochs] = Field(max_length=50, description="numbers of training epochs to try")
    images: fields.ClassifierImages
    classifier_steps: fields.Count = Field(description="training steps of the accuracy score's classifier")
    tsne_images: fields.ArrangedImages

    def choices(self) -> dict[str, list[Any]]:
        """Return the values that a search chooses from, by the names of the fields of a trial."""
        return {**self.space.model_dump(), "epochs": self.epochs}

    def _conflicts(self) -> fields.Conflicts:
        for name, choices in self.choices().items():
            if (value := getattr(self.first_trial, name)) not in choices:
                yield (), f"first_trial.{name} must be one of the values to try. Received: {value}, of {choices}"
