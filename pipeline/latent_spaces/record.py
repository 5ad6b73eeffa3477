"""The record of the stage latent-analysis, and the files of its models."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline import files
from pipeline.experiment.models import model_files
from pipeline.experiment.running import Job, Outcome
from pipeline.experiment.summaries import summarize_nested
from pipeline.latent_spaces.models import BINARY, BUDGETS, LAYERS
from tfvae.evaluation.summaries import summarize


def model_folder(jobs: Sequence[tuple[str, Job]], outcomes: Sequence[Outcome]) -> dict[str, bytes]:
    """Return what lies in the folder of the trained models: a folder for each model and seed, and all pictures."""
    contents: dict[str, bytes] = {}
    pictures: dict[str, np.ndarray] = {}
    for (model, job), outcome in zip(jobs, outcomes, strict=True):
        folder, training = f"{model}/seed-{job.training.seed}", job.training
        contents |= model_files(folder, outcome, {"": training.configuration}, outcome.trained["history"])
        pictures |= {f"{model}|{name}": array for name, array in outcome.measured["pictures"].items()}
    return {**contents, "pictures.npz": files.npz_bytes(pictures)}


def record(jobs: Sequence[tuple[str, Job]], outcomes: Sequence[Outcome], settings: Any) -> dict[str, Any]:
    """Return {"models": {model: its training and summaries over seeds}, "likelihood": the same of the binarised}."""
    described = {}
    for model in LAYERS:
        (first, *_), runs = zip(
            *((job, outcome) for (name, job), outcome in zip(jobs, outcomes, strict=True) if name == model), strict=True
        )
        described[model] = {
            **getattr(settings, BUDGETS[model]).model_dump(),
            "latent_dim": first.training.configuration["posterior"]["latent_dim"],
            "parameters": sum(weight.size for weight in runs[0].trained["weights"][""]),
            "training_loss": summarize([run.trained["history"][""][-1]["loss"] for run in runs]),
            **summarize_nested([run.measured["metrics"] for run in runs]),
        }
    likelihood = {**described.pop(BINARY), "importance_samples": settings.importance_samples}
    return {"likelihood": likelihood, "models": described}
