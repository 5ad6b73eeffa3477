"""The record of the comparison, and the files of its trained models."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline import files
from pipeline.experiment.models import model_files
from pipeline.experiment.running import Job, Outcome
from pipeline.experiment.summaries import summarize_nested


def comparison_record(
    jobs: Sequence[tuple[str, Job]], outcomes: Sequence[Outcome], seeds: Sequence[int], real: Sequence[Any]
) -> dict[str, Any]:
    """Return {"real": ..., "models": {name: its description, and its metrics summarized over its seeds}}.

    Args:
        jobs: (name, job) of every model and seed.
        outcomes: of the jobs.
        seeds: of the metrics of real images.
        real: metrics of real images, by seed.
    """
    own: dict[str, list[tuple[Job, Outcome]]] = {}
    for (name, job), outcome in zip(jobs, outcomes, strict=True):
        own.setdefault(name, []).append((job, outcome))
    models = {
        name: {
            **_description(*pairs[0]),
            "seeds": [job.training.model.seed for job, _ in pairs],
            **summarize_nested([outcome.measured["metrics"] for _, outcome in pairs]),
        }
        for name, pairs in own.items()
    }
    return {"real": {"seeds": list(seeds), **summarize_nested(real)}, "models": models}


def comparison_files(
    jobs: Sequence[tuple[str, Job]], outcomes: Sequence[Outcome], pictures: Mapping[str, np.ndarray]
) -> dict[str, bytes]:
    """Return a folder for each model and seed, and the pictures of first seeds together with `pictures`."""
    contents: dict[str, bytes] = {}
    arrays: dict[str, np.ndarray] = {}
    for (name, job), outcome in zip(jobs, outcomes, strict=True):
        training = job.training
        configurations = {"model": training.model.configuration}
        if training.prior:
            configurations["prior"] = training.prior.configuration
        folder = f"{name}/seed-{training.model.seed}"
        contents |= model_files(folder, outcome, configurations, outcome.trained["history"])
        arrays |= {f"{name}|{picture}": array for picture, array in outcome.measured["pictures"].items()}
    return {**contents, "pictures.npz": files.npz_bytes({**arrays, **pictures})}


def _description(job: Job, outcome: Outcome) -> dict[str, Any]:
    model, prior = job.training.model, job.training.prior
    posterior = model.configuration["quantizer" if prior else "posterior"]
    return {
        "latent_dim": posterior["latent_dim"],
        **({"codes": posterior["codes"]} if prior else {"beta": model.schedule["beta"]}),
        "steps": {"model": model.steps, **({"prior": prior.steps} if prior else {})},
        "parameters": sum(weight.size for weights in outcome.trained["weights"].values() for weight in weights),
    }
