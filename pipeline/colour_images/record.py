"""The record of beta-VAEs of colour images, and the files of the trained models."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline import files
from pipeline.experiment.models import model_files
from pipeline.experiment.running import Job, Outcome
from pipeline.experiment.summaries import summarize_nested


def colour_record(
    settings: Any, floors: Mapping[str, float], has_classes: bool, jobs: Sequence[Job], outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    """Return the record: the features with their floors, and for each beta the summaries over seeds.

    Args:
        settings: of one dataset.
        floors: what the feature network measures without any model; its accuracy counts only with classes.
        has_classes: whether the network was trained to tell classes.
        jobs: of every seed and beta.
        outcomes: of the jobs.
    """
    models = {}
    for beta in settings.betas:
        pairs = zip(jobs, outcomes, strict=True)
        metrics = [outcome.measured["metrics"] for job, outcome in pairs if job.training.schedule["beta"] == beta]
        models[str(beta)] = {"beta": beta, **summarize_nested(metrics)}
    names = ("fid_floor", "fid_mean_image", *(["accuracy"] if has_classes else []))
    return {
        "seeds": settings.seeds,
        "layers": settings.layers,
        "latent_dim": settings.latent_dim,
        "steps": settings.steps,
        "parameters": sum(weight.size for weight in outcomes[0].trained["weights"][""]),
        "features": "classifier" if has_classes else "random",
        **{name: floors[name] for name in names},
        "models": models,
    }


def colour_files(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    """Return a folder for each beta and seed, and the pictures of the first seed."""
    contents: dict[str, bytes] = {}
    pictures: dict[str, np.ndarray] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        training, beta = job.training, job.training.schedule["beta"]
        configurations = {"": training.configuration}
        contents |= model_files(
            f"beta-{beta}/seed-{training.seed}", outcome, configurations, outcome.trained["history"]
        )
        pictures |= {f"{beta}|{name}": array for name, array in outcome.measured["pictures"].items()}
    return {**contents, "pictures.npz": files.npz_bytes(pictures)}
