"""One model to train and measure, and what came of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Job:
    """One model of a `model` name, which several seeds share; `folder` holds the trained one of an earlier run, if any.

    `train` gets `training`, with its number of `steps` and, in `configurations`, plain data to build each part from;
    `measure` gets `measuring`.
    """

    training: Any
    measuring: Any
    folder: Path | None = None
    model: str = ""


@dataclass(frozen=True)
class Outcome:
    """A job, its training's key and result, and what was measured of that."""

    job: Job
    key: str
    trained: dict[str, Any]
    measured: Any
