"""The search of the stage conditional: which batch size, learning rate, latents and optimiser suit the model best.

Optuna's tree-structured Parzen estimator proposes (Bergstra et al., 2011), its median rule ends what lags behind.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.conditional_vae.models import configuration, schedule
from tfvae.errors import Refused
from tfvae.training.jobs import Progress

SEARCH = "pipeline.conditional_vae.search:search"
FINISHED = ("complete", "pruned", "diverged")


def search(job: Mapping[str, Any], shared: Mapping[str, Any], progress: Progress) -> list[dict[str, Any]]:
    """Train one conditional model after another, each for `epochs` at most, and measure it on held-out images.

    A proposal is a function of the seed, of its number and of the trials before it, so a search that was interrupted
    goes on as if nothing had been.

    Args:
        job: "space" (choices by name), "units", "precision", "seed", "trials", "startup_trials" (which are drawn by
            chance, and never ended early) and "epochs".
        shared: "x_train", "y_train" and "validation_images", how many of them, the last, are held out.
        progress: gets one unit for each trial.

    Returns:
        A row per trial: "trial" (from 0), "state" (of `FINISHED`), "losses" (held out, in nats per image, after each
        of its epochs), and the value it has of each name in the space.
    """
    import optuna

    from tfvae import randomness
    from tfvae.training.runtime import use_one_core

    use_one_core()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    startup = job["startup_trials"]
    study = optuna.create_study(pruner=optuna.pruners.MedianPruner(n_startup_trials=startup))
    distributions = {
        name: optuna.distributions.CategoricalDistribution(choices) for name, choices in job["space"].items()
    }
    rows: list[dict[str, Any]] = progress.resume() or []
    for row in rows:
        study.add_trial(_finished(row, distributions))
    progress.report(len(rows))
    for number in range(len(rows), job["trials"]):
        seed = randomness.key(job["seed"], "search", number)[0] % 2**31
        study.sampler = optuna.samplers.TPESampler(n_startup_trials=startup, seed=seed)
        trial = study.ask(distributions)
        # What was trained to its end would come out the same again.
        same = [row["losses"] for row in rows if row["state"] == "complete" and trial.params.items() <= row.items()]
        state, losses = _follow(trial, iter(same[0]) if same else _losses(trial.params, job, shared))
        rows.append({"trial": number, "state": state, "losses": losses, **trial.params})
        study.tell(trial, losses[-1] if state == "complete" else None, _state(state))
        progress.report(1)
        progress.keep(rows)
    return rows


def best(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the complete trial with the lowest loss.

    Raises:
        RuntimeError: if none is complete.
    """
    complete = [row for row in rows if row["state"] == "complete"]
    if not complete:
        raise RuntimeError("Every trial of the search diverged; choose lower learning rates")
    return min(complete, key=lambda row: row["losses"][-1])


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


def _losses(proposal: Mapping[str, Any], job: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[float]:
    """Train a proposal; yield its loss on the held-out images after each epoch."""
    from tfvae.models.conditional import build_conditional_vae
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Trainer

    (x_train, x_held), (y_train, y_held) = (
        np.split(shared[name], [-shared["validation_images"]]) for name in ("x_train", "y_train")
    )
    classes, shape = int(shared["y_train"].max()) + 1, x_train.shape[1:]
    described = configuration(shape, job["units"], proposal["latent_dim"], job["precision"], num_classes=classes)
    model = build_conditional_vae(described, job["seed"])
    trainer = Trainer(model, x_train, schedule(proposal), job["seed"], y_train)
    generator = Generator(model, job["seed"])
    for _ in range(job["epochs"]):
        trainer.run(len(x_train) // proposal["batch_size"])
        try:
            held_out = generator.reconstruct(x_held, "held out", y_held)
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

    return dict(zip(FINISHED, (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL), strict=True))[name]
