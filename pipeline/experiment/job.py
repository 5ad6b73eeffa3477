"""One model to train and measure, and what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Job:
    """One model.

    Args:
        training: what `train` is given. Its `steps` are those of the progress bar, its `configurations` plain data that
            the model's parts are built from, by part.
        measuring: what `measure` is given beside the result of the training.
        folder: where the trained model lies, if an earlier run has left it; None: nowhere.
        model: its name, which several seeds share.
    """

    training: Any
    measuring: Any
    folder: Path | None = None
    model: str = ""


@dataclass(frozen=True)
class Outcome:
    """A job and its training's key and result, what was measured, and whether it was trained just now."""

    job: Job
    key: str
    trained: dict[str, Any]
    measured: Any
    is_new: bool
