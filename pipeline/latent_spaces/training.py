"""Train one auto-encoder or VAE, and follow its loss on held-out images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.experiment.loop import Row, follow, periods
from pipeline.experiment.training import Training, new_trainer
from tfvae.training.jobs import Progress

if TYPE_CHECKING:
    from tfvae.training.loop import Trainer

BINARIZATION_SEED = 0  # images are binarised once for all models and seeds


@dataclass(frozen=True)
class LatentTraining(Training):
    """How one model is trained, a period per epoch, and whether it sees binarised images.

    The weights of a model of binarised images are those of its best epoch, because it learns its training images by
    heart in the end; those of the other models are of the last, as in the document whose protocol they follow.
    """

    binarized: bool = False


class BestEpoch:
    """A trainer that keeps its model's weights of the epoch with the lowest loss on held-out images.

    `row` is the row of the history of that epoch. An interrupted training goes on with both.
    """

    def __init__(self, trainer: "Trainer") -> None:
        self.trainer, self.step = trainer, trainer.step
        self.row: Row = {}
        self.weights: list[np.ndarray] = []

    def run(self, steps: int) -> dict[str, float]:
        """Train for `steps` more steps and return the means of the loss's terms over them."""
        terms = self.trainer.run(steps)
        self.step = self.trainer.step
        return terms

    def compare(self, row: Row) -> None:
        """Keep the present weights if the row's "validation_loss" is below that of all rows before."""
        if not self.row or row["validation_loss"] < self.row["validation_loss"]:
            self.row, self.weights = row, self.trainer.model.get_weights()

    def state(self) -> dict[str, Any]:
        """Return all that the next steps depend on, and what is kept."""
        return {"trainer": self.trainer.state(), "row": self.row, "weights": self.weights}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        self.trainer.restore(state["trainer"])
        self.step, self.row, self.weights = self.trainer.step, state["row"], state["weights"]


def train(training: LatentTraining, data: Sequence[np.ndarray], progress: Progress) -> dict[str, Any]:
    """Train one model on images (N, H, W, C) uint8, the first of `data`; the second are held out.

    Return "weights", "history" and "row", that of the epoch of the weights. The history has a row per epoch: "epoch",
    the means of the loss's terms, and "validation_loss", "validation_distortion" and "validation_kl" of the held-out
    images, in nats per image.
    """
    from tfvae.sampling.binary import binarize
    from tfvae.sampling.generation import Generator

    images, held_out = data
    if training.binarized:
        images = binarize(images, BINARIZATION_SEED, "binarized training")
        held_out = binarize(held_out, BINARIZATION_SEED, "binarized validation")
    trainer = new_trainer(training, images)
    generator, best = Generator(trainer.model, training.seed), BestEpoch(trainer)

    def row(step: int, terms: Mapping[str, float]) -> Row:
        epoch = step * training.periods // training.steps
        losses = generator.reconstruct(held_out, f"validation {epoch}").mean_terms()
        found = {"epoch": epoch, **terms, **{f"validation_{name}": value for name, value in losses.items()}}
        if training.binarized:
            best.compare(found)
        return found

    history = follow(best, progress, periods(training.steps, training.periods), row)
    weights, chosen = (best.weights, best.row) if training.binarized else (trainer.model.get_weights(), history[-1])
    return {"weights": {"": weights}, "history": {"": history}, "row": chosen}
