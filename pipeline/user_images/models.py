"""The beta-VAEs of a user's own images, of networks that are sized from their shape."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.sizing import sized
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.experiment.training import Training
from pipeline.params.own_images import Budget

_NETWORKS = ("mlp", "cnn")


def plan(budget: Budget, image_shape: Sequence[int], models: Path) -> list[Job]:
    """Return a job for every network, beta and seed; pictures are of the first seed."""
    return list(_jobs(budget, image_shape, models))


def _jobs(budget: Budget, image_shape: Sequence[int], models: Path) -> Iterator[Job]:
    values = {"likelihood": budget.likelihood, "precision": budget.precision}
    posterior = {"name": "diagonal_gaussian", "latent_dim": budget.latent_dim}
    for network in _NETWORKS:
        configuration = vae(image_shape, network, **sized(network, image_shape), posterior=posterior, **values)
        steps = budget.steps.of(network)
        for beta in budget.betas:
            name, schedule = f"{network}-{beta}", cooling_schedule(budget, beta, steps)
            for seed in budget.seeds:
                training = Training(configuration, schedule, seed, steps)
                measuring = Measuring(training, budget.images, pictures=seed == budget.seeds[0])
                yield Job(training, measuring, models / name / f"seed-{seed}", name)


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return {model: what it is, and the summaries over its seeds}."""
    described = {}
    for name, runs in by_model(outcomes).items():
        training = runs[0].job.training
        described[name] = {
            "network": training.configuration["network"],
            "beta": training.schedule["beta"],
            "steps": training.steps,
            "parameters": sum(weight.size for weight in runs[0].trained["weights"][""]),
            **summarize_runs(runs),
        }
    return described
