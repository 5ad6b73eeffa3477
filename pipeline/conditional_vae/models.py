"""The models of the stage conditional: a search for each, then both on every seed with the values that were chosen."""

from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.conditional_vae.search import CHECKS, Search
from pipeline.conditional_vae.training import CONDITIONAL, SHOWN, LabelledData, configuration, schedule
from pipeline.experiment.configuration import cooldown
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.experiment.training import Training

Arrays = Mapping[str, np.ndarray]


def plan_searches(settings: Any, arrays: Arrays, dataset: str, models: Path) -> tuple[list[Job], LabelledData]:
    """Return a search for each model on one dataset's arrays, alike, and their data.

    RuntimeError if the budget needs more images.
    """
    size, held_out = len(arrays["x_train"]), settings.validation_images
    for name, needed in (("validation_images", held_out + 1), ("images", settings.images)):
        if needed > size:
            raise RuntimeError(
                f"conditional.{dataset}.{name} must be at most the number of training images, and leave some to train "
                f"on. Received: {getattr(settings, name)} of {size}"
            )
    alike = {name: getattr(settings, name) for name in ("precision", "cooldown_share", "trials", "startup_trials")}
    alike |= {"space": settings.choices(), "first": settings.first_trial.model_dump()}
    alike |= {"seed": settings.seeds[0], "optuna": metadata.version("optuna")}
    jobs = [
        Job(Search(units=units, num_classes=classes, **alike), None, models / "search" / model, model)
        for model, (units, classes) in _models(settings, arrays).items()
    ]
    (x_train, x_held), (y_train, y_held) = (np.split(arrays[name], [-held_out]) for name in ("x_train", "y_train"))
    return jobs, LabelledData(x_train, y_train, x_held, y_held)


def plan(
    settings: Any, arrays: Arrays, chosen: Mapping[str, Mapping[str, Any]], models: Path
) -> tuple[list[Job], LabelledData]:
    """Return a job for every model and seed, with the values `chosen` for the model, and what they are trained on."""
    jobs = []
    for model, (units, classes) in _models(settings, arrays).items():
        values = chosen[model]
        described = configuration(arrays["x_train"].shape[1:], units, values["latent_dim"], settings.precision, classes)
        steps = values["epochs"] * (len(arrays["x_train"]) // values["batch_size"])
        planned = schedule(values, cooldown(steps, settings.cooldown_share))
        for seed in settings.seeds:
            training = Training(described, planned, seed, steps, values["epochs"])
            measuring = Measuring(training, settings.images, pictures=seed == settings.seeds[0])
            jobs.append(Job(training, measuring, models / model / f"seed-{seed}", model))
    return jobs, LabelledData(arrays["x_train"], arrays["y_train"], arrays["x_test"][:SHOWN], arrays["y_test"][:SHOWN])


def _models(settings: Any, arrays: Arrays) -> dict[str, tuple[list[int], int | None]]:
    """Return the units of each model's encoder, and the number of classes that it is told of."""
    classes = int(arrays["y_train"].max()) + 1
    return {"vae": (settings.vae_units, None), CONDITIONAL: (settings.conditional_units, classes)}


def trials_table(searches: Sequence[Outcome]) -> Any:
    """Return the trials of all searches as a table.

    In the place of its losses a trial has the last one (NaN without any) and the share of its epochs that it trained.
    """
    import pandas as pd

    rows = [{"model": search.job.model, **row} for search in searches for row in search.trained["trials"]]
    table = pd.DataFrame(rows)
    losses = table.pop("losses")
    return table.assign(share=losses.map(len) / CHECKS, loss=losses.map(_last).astype(float))


def _last(losses: Sequence[float]) -> float | None:
    return losses[-1] if losses else None


def describe_search(search: Outcome) -> dict[str, Any]:
    """Return the numbers of a search, and the values and the loss of its first trial and of its best."""
    rows, names = search.trained["trials"], list(search.job.training.space)

    def described(row: Mapping[str, Any]) -> dict[str, Any]:
        return {**{name: row[name] for name in names}, "loss": _last(row["losses"])}

    return {
        "trials": len(rows),
        "pruned": sum(row["state"] == "pruned" for row in rows),
        "first": described(rows[0]),
        "best": described(search.measured),
    }


def describe(outcomes: Sequence[Outcome], searches: Sequence[Outcome]) -> dict[str, Any]:
    """Return {model: its search, its costs (a multiplication per weight and image), its metrics over the seeds}."""
    found, models = {search.job.model: describe_search(search) for search in searches}, {}
    for model, runs in by_model(outcomes).items():
        weights = runs[0].trained["weights"][""]
        models[model] = {
            "search": found[model],
            "parameters": sum(weight.size for weight in weights),
            "multiplications_per_image": sum(weight.size for weight in weights if weight.ndim == 2),
            **summarize_runs(runs),
        }
    return models
