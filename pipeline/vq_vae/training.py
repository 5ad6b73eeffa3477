"""Train a VAE, or a vector-quantised one and then a prior over its codes. Nothing is measured here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow, periods
from pipeline.experiment.training import Training, new_trainer
from tfvae.training.jobs import Progress


@dataclass(frozen=True)
class PriorTraining:
    """How a prior over a model's codes is trained: see `build_pixel_cnn` and `PixelCNNTrainer`."""

    configuration: Mapping[str, Any]
    steps: int
    batch_size: int
    learning_rate: float


@dataclass(frozen=True)
class TwoPartTraining(Training):
    """How a model is trained, and then the prior over its codes if it is vector-quantised; `steps` are of both."""

    prior: PriorTraining | None = None

    @property
    def model_steps(self) -> int:
        """Steps of the model alone."""
        return self.steps - (self.prior.steps if self.prior else 0)

    @property
    def configurations(self) -> dict[str, Any]:
        """The configuration of each part."""
        parts = {"model": self.configuration}
        return {**parts, "prior": self.prior.configuration} if self.prior else parts


class ModelThenPrior:
    """Trains a model for its `steps`, then the prior that `start` returns, as one training that can be interrupted."""

    def __init__(self, model: Any, steps: int, start: Callable[[], Any]) -> None:
        self.step = 0
        self.prior: Any = None  # its trainer, once it has begun
        self._model, self._steps, self._start = model, steps, start

    def run(self, steps: int) -> dict[str, float]:
        """Take `steps` more steps, of the model or of the prior, and return the means of the loss's terms."""
        self.step += steps
        if self._model.step < self._steps:
            return dict(self._model.run(steps))
        self.prior = self.prior or self._start()
        return {"loss": self.prior.run(steps)}

    def state(self) -> dict[str, Any]:
        """Return the states of both trainers."""
        return {"model": self._model.state(), "prior": self.prior.state() if self.prior else None}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        self._model.restore(state["model"])
        if state["prior"] is not None:
            self.prior = self._start()
            self.prior.restore(state["prior"])
        self.step = self._model.step + (self.prior.step if self.prior else 0)


def train(training: TwoPartTraining, x_train: np.ndarray, progress: Progress) -> dict[str, Any]:
    """Train one model on images (N, H, W, C) uint8, and its prior if any; TrainingDiverged if a loss is not finite.

    Return "weights" and "history" (rows) of the parts "model" and "prior".
    """
    trainer, prior, steps = new_trainer(training, x_train), training.prior, training.model_steps
    model, stops = trainer.model, periods(steps, training.periods)
    if prior is None:
        history = follow(trainer, progress, stops)
        return {"weights": {"model": model.get_weights()}, "history": {"model": history}}

    def start() -> Any:
        from tfvae.priors.pixel_cnn import PixelCNNTrainer, build_pixel_cnn
        from tfvae.sampling.codes import Codec

        budget = {name: value for name, value in vars(prior).items() if name != "configuration"}
        network, codes = build_pixel_cnn(prior.configuration, training.seed), Codec(model).codes(x_train)
        return PixelCNNTrainer(network, codes, **budget, seed=training.seed)

    both = ModelThenPrior(trainer, steps, start)
    of_prior = [steps + stop for stop in periods(prior.steps, training.periods)]
    history = follow(both, progress, [*stops, *of_prior])
    rows = {"model": [row for row in history if row["step"] <= steps]}
    rows["prior"] = [{**row, "step": row["step"] - steps} for row in history[len(rows["model"]) :]]
    return {"weights": {"model": model.get_weights(), "prior": both.prior.model.get_weights()}, "history": rows}
