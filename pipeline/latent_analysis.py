"""Stage latent-analysis: what the latents of an auto-encoder, a VAE and a convolutional VAE tell of the classes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.experiment.summaries import summarize_nested
from pipeline.jobs.resumable import run_resumable
from pipeline.latent_spaces.jobs import RUN
from pipeline.latent_spaces.models import BINARY, BUDGETS, LAYERS, configurations
from pipeline.stage import Parameters
from tfvae.evaluation.summaries import summarize


def plan(settings: Any, image_shape: Sequence[int]) -> list[dict[str, Any]]:
    """Return the jobs (see `pipeline.latent_spaces.jobs.run`), the longest first, so that the cores finish together."""
    budgets = {name: getattr(settings, name).model_dump() for name in set(BUDGETS.values())}
    precisions, seeds = ({name: budget.pop(key) for name, budget in budgets.items()} for key in ("precision", "seeds"))
    configured = configurations(image_shape, settings.latent_dim, precisions)
    return [
        {
            "model": model,
            "configuration": configured[model],
            "training": budgets[BUDGETS[model]],
            "seed": seed,
            "pictures": position == 0,
        }
        for model in sorted(LAYERS, key=lambda model: BUDGETS[model] != "convolutional")
        for position, seed in enumerate(seeds[BUDGETS[model]])
    ]


def record(jobs: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]], samples: int) -> dict[str, Any]:
    """Return {"models": {model: its training and summaries over seeds}, "likelihood": the same of the binarised}."""
    described = {}
    for model in LAYERS:
        runs = [result for job, result in zip(jobs, results, strict=True) if job["model"] == model]
        of_model = [job for job in jobs if job["model"] == model]
        first = of_model[0]
        described[model] = {
            "seeds": [job["seed"] for job in of_model],
            **first["training"],
            "precision": first["configuration"]["precision"],
            "latent_dim": first["configuration"]["posterior"]["latent_dim"],
            "parameters": sum(weight.size for weight in runs[0]["weights"]),
            "training_loss": summarize([run["history"][-1]["loss"] for run in runs]),
            **summarize_nested([run["metrics"] for run in runs]),
        }
    return {"likelihood": {**described.pop(BINARY), "importance_samples": samples}, "models": described}


def main(parameters: Parameters, *, dataset: str, data: Path, models: Path, record: Path) -> None:
    """Train and analyse one dataset's models; write them, their pictures, and the record."""
    import pandas as pd

    settings, data = parameters.latent_analysis.of(dataset), files.read_npz(data)
    if settings.validation_images >= len(data["x_train"]):
        raise RuntimeError(
            f"latent_analysis.{dataset}.validation_images must leave images to train on. "
            f"Received: {settings.validation_images} of {len(data['x_train'])}"
        )
    jobs = plan(settings, data["x_train"].shape[1:])
    names = ("validation_images", "probe_images", "tsne_images", "neighbours", "importance_samples")
    results = run_resumable(
        RUN,
        jobs,
        {**data, **{name: getattr(settings, name) for name in names}},
        amounts=[job["training"]["epochs"] for job in jobs],
        label=f"latents {dataset}",
        unit="epoch",
    )
    pictures = {}
    for job, result in zip(jobs, results, strict=True):
        folder = models / job["model"] / f"seed-{job['seed']}"
        files.write_weights(folder / "weights.npz", result["weights"])
        files.write_json(folder / "config.json", job["configuration"])
        files.write_csv(folder / "history.csv", pd.DataFrame(result["history"]))
        pictures.update({f"{job['model']}|{name}": array for name, array in result["pictures"].items()})
    files.write_npz(models / "pictures.npz", pictures)
    head = {"dataset": dataset, "validation_images": settings.validation_images}
    files.write_json(record, {**head, **record(jobs, results, settings.importance_samples)})


if __name__ == "__main__":
    stage.run(main)
