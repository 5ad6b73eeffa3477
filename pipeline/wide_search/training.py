"""The training of one trial, rung by rung; nothing is measured here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.loop import follow
from pipeline.experiment.training import Training, new_trainer
from tfvae.training.errors import TrainingDiverged
from tfvae.training.jobs import Progress


@dataclass(frozen=True)
class Stretch:
    """The training of one model from the end of the stretch before, `before`, up to the step `stop`.

    `configuration`, `schedule` and `seed` are those of the whole training. `before` is what `train` returned of the
    steps up to `start`; None for the first stretch.
    """

    configuration: Mapping[str, Any]
    schedule: Mapping[str, Any]
    seed: int
    start: int
    stop: int
    before: Mapping[str, Any] | None = None

    @property
    def steps(self) -> int:
        """Those of the progress bar."""
        return self.stop - self.start

    @property
    def configurations(self) -> dict[str, Any]:
        """The configuration of the only part."""
        return {"": self.configuration}


def train(stretch: Stretch, x_train: np.ndarray, progress: Progress) -> dict[str, Any]:
    """Train a model on images (N, H, W, C) uint8 for one stretch.

    Return its "weights", the "rest" of the state that the next stretch goes on from, and the number of "parameters".
    A training that diverges has the weights {} and no rest: the search goes on without it.
    """
    training = Training(stretch.configuration, stretch.schedule, stretch.seed, stretch.stop)
    trainer = new_trainer(training, x_train)
    parameters = sum(int(weight.size) for weight in trainer.model.get_weights())
    if stretch.before is not None:
        trainer.restore({**stretch.before["rest"], "weights": stretch.before["weights"][""]})
    try:
        follow(trainer, progress, [stretch.stop])
    except TrainingDiverged:
        return {"weights": {}, "rest": None, "parameters": parameters}
    state = trainer.state()
    return {"weights": {"": state.pop("weights")}, "rest": state, "parameters": parameters}
