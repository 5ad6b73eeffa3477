"""Stage colour: beta-VAEs of colour images, made of photographs of flowers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files, stage
from pipeline.colour_images.jobs import FEATURES, RUN
from pipeline.colour_images.models import configuration
from pipeline.experiment.summaries import summarize_nested
from pipeline.experiment.yardstick import Yardstick
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters
from tfvae.data.photographs import prepare


def plan(settings: Any, image_shape: Sequence[int]) -> list[dict[str, Any]]:
    """Return the jobs of `pipeline.colour_images.jobs.run`: every beta on every seed."""
    cooldown = round(settings.cooldown_share * settings.steps)
    training = {
        "steps": settings.steps,
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
        "cooldown": [settings.steps - cooldown, settings.steps] if cooldown else None,
    }
    made = configuration(image_shape, settings.layers, settings.latent_dim, settings.precision)
    return [
        {"configuration": made, "beta": beta, "training": training, "seed": seed, "pictures": position == 0}
        for position, seed in enumerate(settings.seeds)
        for beta in settings.betas
    ]


def prepared(data: Mapping[str, np.ndarray], settings: Any) -> dict[str, np.ndarray]:
    """Return the data with its images made as the parameters say, and no more test images than are generated."""
    preparation = settings.preparation.model_dump()
    few = slice(settings.images)
    return {
        "x_train": prepare(data["x_train"], **preparation),
        "y_train": data["y_train"],
        "x_test": prepare(data["x_test"][few], **preparation),
        "y_test": data["y_test"][few],
    }


def record(
    settings: Any, found: Mapping[str, Any], jobs: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the record: what measures, with its floors, and for each beta the summaries over seeds."""
    models = {}
    for beta in settings.betas:
        runs = [result for job, result in zip(jobs, results, strict=True) if job["beta"] == beta]
        models[str(beta)] = {"beta": beta, **summarize_nested([run["metrics"] for run in runs])}
    return {
        "seeds": settings.seeds,
        "layers": settings.layers,
        "latent_dim": settings.latent_dim,
        "steps": settings.steps,
        "parameters": sum(weight.size for weight in results[0]["weights"]),
        "features": found["kind"],
        **found["floors"],
        "models": models,
    }


def main(parameters: Parameters, *, dataset: str, data: Path, models: Path, record: Path) -> None:
    """Train and measure one dataset's models; write them, their pictures, and the record."""
    settings = parameters.colour.of(dataset)
    data = prepared(files.read_npz(data), settings)
    job = {
        "seed": settings.feature_seed,
        "steps": settings.feature_steps,
        "batch_size": settings.batch_size,
        "learning_rate": settings.feature_learning_rate,
    }
    label = f"colour features {dataset}"
    [found] = run_resumable(FEATURES, [job], data, amounts=[job["steps"]], label=label, unit="step")
    yardstick = Yardstick(
        x_train=data["x_train"],
        x_test=data["x_test"],
        classifier=found["configuration"],
        classifier_weights=found["weights"],
        features=found["features"],
        labels=found["labels"],
        fid_mean_image=found["floors"]["fid_mean_image"],
    )
    shared = {"yardstick": yardstick, "kind": found["kind"]}
    shared |= {name: getattr(settings, name) for name in ("images", "neighbours", "neighbour_images")}
    jobs = plan(settings, data["x_train"].shape[1:])
    amounts = [settings.steps] * len(jobs)
    results = run_resumable(RUN, jobs, shared, amounts=amounts, label=f"colour {dataset}", unit="step")
    _write_models(models, jobs, results)
    files.write_json(record, {"dataset": dataset, **record(settings, found, jobs, results)})


def _write_models(folder: Any, jobs: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> None:
    """Write a directory per beta and seed, and the pictures of the first seed."""
    import pandas as pd

    pictures = {}
    for job, result in zip(jobs, results, strict=True):
        directory = folder / f"beta-{job['beta']}" / f"seed-{job['seed']}"
        files.write_weights(directory / "weights.npz", result["weights"])
        files.write_json(directory / "config.json", job["configuration"])
        files.write_csv(directory / "history.csv", pd.DataFrame(result["history"]))
        pictures.update({f"{job['beta']}|{name}": array for name, array in result["pictures"].items()})
    files.write_npz(folder / "pictures.npz", pictures)


if __name__ == "__main__":
    stage.run(main)
