"""Stage conditional: search for the conditional VAE's best training, then compare it with a VAE trained alike."""

from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files, stage
from pipeline.conditional_vae.jobs import RUN
from pipeline.conditional_vae.models import configuration
from pipeline.conditional_vae.search import SEARCH, best
from pipeline.experiment.summaries import summarize_nested
from pipeline.experiment.yardstick import read_yardstick
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters

MODELS = ("vae", "conditional_vae")


def search_job(settings: Any) -> dict[str, Any]:
    """Return the job of `pipeline.conditional_vae.search.search`."""
    return {
        "space": settings.space.model_dump(),
        "units": settings.conditional_units,
        "precision": settings.precision,
        "seed": settings.seeds[0],
        "trials": settings.trials,
        "startup_trials": settings.startup_trials,
        "epochs": settings.search_epochs,
        "optuna": metadata.version("optuna"),  # another version may propose other trials
    }


def plan(
    settings: Any, image_shape: Sequence[int], num_classes: int, chosen: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the jobs of `pipeline.conditional_vae.jobs.run`: both models on every seed, trained with the chosen values."""
    described = {
        "vae": configuration(image_shape, settings.vae_units, chosen["latent_dim"], settings.precision),
        "conditional_vae": configuration(
            image_shape, settings.conditional_units, chosen["latent_dim"], settings.precision, num_classes=num_classes
        ),
    }
    return [
        {
            "model": model,
            "configuration": described[model],
            "proposal": {name: chosen[name] for name in ("batch_size", "learning_rate", "optimizer")},
            "epochs": settings.epochs,
            "cooldown_share": settings.cooldown_share,
            "seed": seed,
            "pictures": position == 0,
        }
        for position, seed in enumerate(settings.seeds)
        for model in MODELS
    ]


def describe(weights: Sequence[np.ndarray], metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a model's part of the record: what it costs and, over seeds, what it achieves.

    A dense network multiplies by each of its weights once for each image; biases are only added.
    """
    return {
        "parameters": sum(weight.size for weight in weights),
        "multiplications_per_image": sum(weight.size for weight in weights if weight.ndim == 2),
        **summarize_nested(metrics),
    }


def trials_table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return the trials as a table: in the place of the losses, the last one and how many there are."""
    import pandas as pd

    plain = [
        {**row, "losses": None, "epochs": len(row["losses"]), "loss": row["losses"][-1] if row["losses"] else np.nan}
        for row in rows
    ]
    return pd.DataFrame(plain).drop(columns="losses")


def record(settings: Any, rows: Sequence[Mapping[str, Any]], runs: Mapping[str, Sequence[Mapping[str, Any]]]) -> Any:
    """Return the record of a search's trials and of the runs of both models, {model: results over seeds}."""
    chosen = best(rows)
    return {
        "seeds": settings.seeds,
        "epochs": settings.epochs,
        "cooldown_share": settings.cooldown_share,
        "images": settings.images,
        "search": {
            "trials": len(rows),
            "pruned": sum(row["state"] == "pruned" for row in rows),
            "epochs": settings.search_epochs,
            "best": {**{name: chosen[name] for name in settings.space.model_dump()}, "loss": chosen["losses"][-1]},
        },
        "models": {
            model: describe(found[0]["weights"], [run["metrics"] for run in found]) for model, found in runs.items()
        },
    }


def main(
    parameters: Parameters, *, dataset: str, data: Path, classifier: Path, models: Path, trials: Path, record: Path
) -> None:
    """Search and compare on one dataset; write models, pictures, trials and the record."""
    settings, data = parameters.conditional.of(dataset), files.read_npz(data)
    yardstick, training = read_yardstick(data, classifier), parameters.train_fid_classifier.common
    _check(settings, len(data["x_train"]), dataset)
    shared = {
        "yardstick": yardstick,
        "y_train": data["y_train"],
        "y_test": data["y_test"],
        "images": settings.images,
        "tsne_images": settings.tsne_images,
        "classifier": {
            "steps": settings.classifier_steps,
            **{name: getattr(training, name) for name in ("batch_size", "learning_rate", "dropout")},
        },
    }
    searched = {name: data[name] for name in ("x_train", "y_train")} | {"validation_images": settings.validation_images}
    search, amounts = [search_job(settings)], [settings.trials]
    [rows] = run_resumable(SEARCH, search, searched, amounts=amounts, label=f"search {dataset}", unit="trial")
    jobs = plan(settings, yardstick.x_train.shape[1:], int(data["y_train"].max()) + 1, best(rows))
    amounts = [settings.epochs] * len(jobs)
    results = run_resumable(RUN, jobs, shared, amounts=amounts, label=f"conditional {dataset}", unit="epoch")
    runs = {model: [r for job, r in zip(jobs, results, strict=True) if job["model"] == model] for model in MODELS}
    _write_models(models, jobs, results, runs)
    files.write_csv(trials, trials_table(rows))
    accuracy = float(np.mean(yardstick.labels == data["y_test"]))
    head = {"dataset": dataset, "classifier_accuracy": accuracy}
    files.write_json(record, {**head, **record(settings, rows, runs)})


def _write_models(
    folder: Path,
    jobs: Sequence[Mapping[str, Any]],
    results: Sequence[Mapping[str, Any]],
    runs: Mapping[str, Sequence[Mapping[str, Any]]],
) -> None:
    """Write a directory per model and seed, and the pictures of the first seed with the confusion of all."""
    import pandas as pd

    for job, result in zip(jobs, results, strict=True):
        directory = folder / job["model"] / f"seed-{job['seed']}"
        files.write_weights(directory / "weights.npz", result["weights"])
        files.write_json(directory / "config.json", job["configuration"])
        files.write_csv(directory / "history.csv", pd.DataFrame(result["history"]))
    pictures = {f"{model}|{name}": array for model in MODELS for name, array in runs[model][0]["pictures"].items()}
    counts = np.sum([run["confusion"] for run in runs["conditional_vae"]], axis=0)
    files.write_npz(folder / "pictures.npz", {**pictures, "confusion": counts})


def _check(settings: Any, size: int, dataset: str) -> None:
    """Raise RuntimeError if the dataset is too small for its budget."""
    for name in ("validation_images", "images"):
        if getattr(settings, name) + (name == "validation_images") > size:
            raise RuntimeError(
                f"conditional.{dataset}.{name} must be at most the number of training images, and leave some to train "
                f"on. Received: {getattr(settings, name)} of {size}"
            )


if __name__ == "__main__":
    stage.run(main)
