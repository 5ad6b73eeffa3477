"""The loop of every training: period by period, and on from where it was interrupted."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from tfvae.training.jobs import Progress

Row = dict[str, Any]


class Resumable(Protocol):
    """A trainer that can go on from a state, such as `tfvae.training.loop.Trainer`."""

    step: int

    def run(self, steps: int) -> Any:
        """Train for `steps` more steps and return the means of the loss's terms over them."""

    def state(self) -> Any:
        """Return all that the next steps depend on."""

    def restore(self, state: Any) -> None:
        """Go on from a state."""


def follow(
    trainer: Resumable,
    progress: Progress,
    stops: Iterable[int],
    row: Callable[[int, Any], Row] = lambda step, terms: {"step": step, **terms},
) -> list[Row]:
    """Train up to each of the ascending `stops`, a unit of progress per step, and return a row of the history for each.

    An interrupted training resumes from its last stop. `row` gets the step and the terms' means since the stop before.
    """
    history: list[Row] = []
    if (state := progress.resume()) is not None:
        trainer.restore(state["trainer"])
        history = state["history"]
        progress.report(trainer.step)
    remaining = [stop for stop in dict.fromkeys(stops) if stop > trainer.step]
    for stop in remaining:
        steps = stop - trainer.step
        terms = trainer.run(steps)
        history.append(row(stop, terms))
        progress.report(steps)
        if stop != remaining[-1]:
            progress.keep({"trainer": trainer.state(), "history": history})
    return history


def periods(steps: int, count: int) -> Sequence[int]:
    """Return the stops that divide `steps` into `count` periods, as evenly as whole steps allow."""
    return [steps * period // count for period in range(1, count + 1)]
