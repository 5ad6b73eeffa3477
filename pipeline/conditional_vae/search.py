"""The search for a model's best training: Optuna's TPE (Bergstra et al., 2011) and median pruning.

What counts is the negative ELBO of held-out images, distortion + KL, whatever beta a trial is trained with: losses of
different betas cannot be compared, and this bounds -log p(x) (of a conditional model -log p(x|y)) for each of them. The
document of these models ranks by "the loss" and names no beta.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.conditional_vae.training import LabelledData, configuration, labels_for, schedule
from pipeline.experiment.configuration import cooldown
from pipeline.experiment.loop import periods
from pipeline.experiment.training import Training, new_trainer
from tfvae.errors import Refused
from tfvae.training.jobs import Progress

CHECKS = 5  # of a trial, after equal shares of its training


@dataclass(frozen=True)
class Search:
    """The space of a search (choices by name), its settings, and Optuna's version: another may propose other trials.

    `first` is the first trial, one of the space. A model with `num_classes` is conditional.
    """

    space: Mapping[str, Sequence[Any]]
    first: Mapping[str, Any]
    units: Sequence[int]
    num_classes: int | None
    precision: str
    cooldown_share: float
    trials: int
    startup_trials: int
    seed: int
    optuna: str

    @property
    def steps(self) -> int:
        """Those of the progress bar, a trial each."""
        return self.trials


def search(job: Search, data: LabelledData, progress: Progress) -> dict[str, Any]:
    """Train one model after another as the compared ones are trained, and measure each on the other images.

    A proposal is a function of the seed, its number and the trials before it, so an interrupted search goes on
    unchanged. No trial is repeated: one that was tried before, also if it was ended early, would come out the same, so
    its values are changed at random, one after another, until it is new. The search ends when all of its space is
    tried. Trials are compared, and the worse ones ended, after equal shares of their training, since the learning rate
    depends on these.

    Return "weights" (none: the models are not kept) and "trials", a row each: "trial" (from 0), "state" ("complete",
    "pruned" or "diverged"), "losses" (negative ELBO of the other images in nats per image, at each of `CHECKS`), and
    its value of each name in the space.
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
    for number in range(len(rows), min(job.trials, math.prod(map(len, job.space.values())))):
        draws = randomness.generator(job.seed, "search", number)
        seed = int(draws.integers(2**31))
        study.sampler = optuna.samplers.TPESampler(n_startup_trials=job.startup_trials, seed=seed)
        if number == 0:
            study.enqueue_trial(dict(job.first))
        trial = study.ask(distributions)
        proposal = _new(trial.params, rows, job.space, draws)
        if proposal != trial.params:
            study.tell(trial, state=_state("diverged"))  # which no later proposal looks at
            study.enqueue_trial(proposal)
            trial = study.ask(distributions)
        state, losses = _follow(trial, _losses(proposal, job, data))
        rows.append({"trial": number, "state": state, "losses": losses, **proposal})
        study.tell(trial, losses[-1] if state == "complete" else None, _state(state))
        progress.report(1)
        progress.keep(rows)
    return {"weights": {}, "trials": rows}


def _new(
    proposal: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], space: Mapping[str, Sequence[Any]], draws: Any
) -> dict[str, Any]:
    """Return the proposal, with values changed one after another until no row has them all."""
    values = dict(proposal)
    while any(values.items() <= row.items() for row in rows):
        name = list(space)[draws.integers(len(space))]
        values[name] = space[name][draws.integers(len(space[name]))]
    return values


def _follow(trial: Any, losses: Iterator[float]) -> tuple[str, list[float]]:
    """Return how a trial ended, and its losses; it ends early where Optuna says so."""
    from tfvae.training.errors import TrainingDiverged

    seen: list[float] = []
    try:
        for check, loss in enumerate(losses):
            if not math.isfinite(loss):
                return "diverged", seen
            seen.append(loss)
            trial.report(loss, check)
            if trial.should_prune():
                return "pruned", seen
    except TrainingDiverged:
        return "diverged", seen
    return "complete", seen


def _losses(proposal: Mapping[str, Any], job: Search, data: LabelledData) -> Iterator[float]:
    """Train a proposal; yield its loss on the held-out images at each of `CHECKS`."""
    from tfvae.sampling.generation import Generator

    described = configuration(data.x_train.shape[1:], job.units, proposal["latent_dim"], job.precision, job.num_classes)
    steps = proposal["epochs"] * (len(data.x_train) // proposal["batch_size"])
    training = Training(described, schedule(proposal, cooldown(steps, job.cooldown_share)), job.seed, steps, CHECKS)
    trainer = new_trainer(training, data.x_train, labels_for(training, data.y_train))
    generator, labels = Generator(trainer.model, job.seed), labels_for(training, data.y_other)
    for stop in periods(steps, CHECKS):
        if stop > trainer.step:
            trainer.run(stop - trainer.step)
        try:
            yield generator.reconstruct(data.x_other, "held out", labels).mean_terms()["loss"]
        except Refused:  # a loss that is not finite
            yield math.nan
            return


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
