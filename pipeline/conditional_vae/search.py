"""The search for the conditional model's best training: Optuna's TPE (Bergstra et al., 2011) and median pruning."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.conditional_vae.training import LabelledData, configuration, schedule
from pipeline.experiment.training import Training, new_trainer
from tfvae.errors import Refused
from tfvae.training.jobs import Progress


@dataclass(frozen=True)
class Search:
    """The space of a search (choices by name), its settings, and Optuna's version: another may propose other trials."""

    space: Mapping[str, Sequence[Any]]
    conditional_units: Sequence[int]
    precision: str
    trials: int
    startup_trials: int
    search_epochs: int
    num_classes: int
    seed: int
    optuna: str

    @property
    def steps(self) -> int:
        """Those of the progress bar, a trial each."""
        return self.trials


def search(job: Search, data: LabelledData, progress: Progress) -> dict[str, Any]:
    """Train one conditional model after another, each for `search_epochs` at most, and measure it on the other images.

    A proposal is a function of the seed, its number and the trials before it, so an interrupted search goes on
    unchanged. Return "weights" (none: the models are not kept) and "trials", a row each: "trial" (from 0), "state"
    ("complete", "pruned" or "diverged"), "losses" (held out, in nats per image, by epoch), and its value of each name
    in the space.
    """
    import optuna

    from tfvae import randomness
    from tfvae.training.runtime import use_one_core

    use_one_core()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(pruner=optuna.pruners.MedianPruner(n_startup_trials=job.startup_trials))
    distributions: dict[str, optuna.distributions.BaseDistribution] = {
        name: optuna.distributions.CategoricalDistribution(choices) for name, choices in job.space.items()
    }
    rows: list[dict[str, Any]] = progress.resume() or []
    for row in rows:
        study.add_trial(_finished(row, distributions))
    progress.report(len(rows))
    for number in range(len(rows), job.trials):
        seed = randomness.key(job.seed, "search", number)[0] % 2**31
        study.sampler = optuna.samplers.TPESampler(n_startup_trials=job.startup_trials, seed=seed)
        trial = study.ask(distributions)
        # What was trained to its end would come out the same again.
        same = [row["losses"] for row in rows if row["state"] == "complete" and trial.params.items() <= row.items()]
        state, losses = _follow(trial, iter(same[0]) if same else _losses(trial.params, job, data))
        rows.append({"trial": number, "state": state, "losses": losses, **trial.params})
        study.tell(trial, losses[-1] if state == "complete" else None, _state(state))
        progress.report(1)
        progress.keep(rows)
    return {"weights": {}, "trials": rows}


def _follow(trial: Any, losses: Iterator[float]) -> tuple[str, list[float]]:
    """Return how a trial ended, and its losses; it ends early where Optuna says so."""
    from tfvae.training.errors import TrainingDiverged

    seen: list[float] = []
    try:
        for epoch, loss in enumerate(losses):
            if not math.isfinite(loss):
                return "diverged", seen
            seen.append(loss)
            trial.report(loss, epoch)
            if trial.should_prune():
                return "pruned", seen
    except TrainingDiverged:
        return "diverged", seen
    return "complete", seen


def _losses(proposal: Mapping[str, Any], job: Search, data: LabelledData) -> Iterator[float]:
    """Train a proposal; yield its loss on the held-out images after each epoch."""
    from tfvae.sampling.generation import Generator

    shape, dim = data.x_train.shape[1:], proposal["latent_dim"]
    described = configuration(shape, job.conditional_units, dim, job.precision, job.num_classes)
    steps = len(data.x_train) // proposal["batch_size"]
    training = Training(described, schedule(proposal), job.seed, job.search_epochs * steps, job.search_epochs)
    trainer = new_trainer(training, data.x_train, data.y_train)
    generator = Generator(trainer.model, job.seed)
    for _ in range(job.search_epochs):
        trainer.run(steps)
        try:
            held_out = generator.reconstruct(data.x_other, "held out", data.y_other)
        except Refused:  # a loss that is not finite
            yield math.nan
            return
        yield float(np.mean(held_out.distortion + held_out.kl, dtype=np.float64))


def _finished(row: Mapping[str, Any], distributions: Mapping[str, Any]) -> Any:
    from optuna.trial import create_trial

    return create_trial(
        state=_state(row["state"]),
        value=None if row["state"] == "diverged" else row["losses"][-1],
        params={name: row[name] for name in distributions},
        distributions=dict(distributions),
        intermediate_values=dict(enumerate(row["losses"])),
    )


def _state(name: str) -> Any:
    from optuna.trial import TrialState

    return TrialState["FAIL" if name == "diverged" else name.upper()]
