"""The schema of params/pretrained.yaml."""

from pydantic import Field

from pipeline.params import fields


class Pretrained(fields.Section):
    """A small model of one dataset and one network, and how it is trained, in float32, and measured."""

    batch_size: fields.BatchSize
    learning_rate: fields.Rate
    cooldown_share: fields.CooldownShare
    seed: fields.Seed
    beta: fields.Beta
    latent_dim: fields.LatentDim
    likelihood: fields.Likelihood
    neighbours: fields.Neighbours
    _: fields.OfEachDataset
    steps: fields.Steps
    images: fields.Images = Field(description="images generated to measure")
    neighbour_images: fields.NeighbourImages

    def _conflicts(self) -> fields.Conflicts:
        yield from fields.neighbours_conflicts(self.neighbours, self.neighbour_images, self.images)
