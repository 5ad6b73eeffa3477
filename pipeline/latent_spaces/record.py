"""The record of the stage latent-analysis."""

from collections.abc import Sequence
from typing import Any

from pipeline.experiment.running import Job, Outcome
from pipeline.experiment.summaries import summarize_nested
from pipeline.latent_spaces.models import BINARY, BUDGETS, LAYERS
from tfvae.evaluation.summaries import summarize


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
