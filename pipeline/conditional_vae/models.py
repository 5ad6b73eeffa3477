"""The models of the stage conditional: those of the search, then both on every seed with the values it chose."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.conditional_vae.search import Search
from pipeline.conditional_vae.training import CONDITIONAL, SHOWN, LabelledData, configuration, schedule
from pipeline.experiment.configuration import cooldown
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.experiment.training import Training

Arrays = Mapping[str, np.ndarray]


def plan_search(settings: Any, arrays: Arrays, dataset: str, models: Path) -> tuple[Job, LabelledData]:
    """Return the search on one dataset's arrays, and its data; RuntimeError if the budget needs more images."""
    size, held_out = len(arrays["x_train"]), settings.validation_images
    for name, needed in (("validation_images", held_out + 1), ("images", settings.images)):
        if needed > size:
            raise RuntimeError(
                f"conditional.{dataset}.{name} must be at most the number of training images, and leave some to train "
                f"on. Received: {getattr(settings, name)} of {size}"
            )
    chosen = settings.model_dump(include={field.name for field in fields(Search)})
    about = {"num_classes": _num_classes(arrays), "seed": settings.seeds[0], "optuna": metadata.version("optuna")}
    search = Job(Search(**chosen, **about), None, models / "search")
    (x_train, x_held), (y_train, y_held) = (np.split(arrays[name], [-held_out]) for name in ("x_train", "y_train"))
    return search, LabelledData(x_train, y_train, x_held, y_held)


def plan(settings: Any, arrays: Arrays, chosen: Mapping[str, Any], models: Path) -> tuple[list[Job], LabelledData]:
    """Return a job for both models on every seed, with the `chosen` values, and what they are trained on."""
    shape, dim, precision = arrays["x_train"].shape[1:], chosen["latent_dim"], settings.precision
    configurations = {
        "vae": configuration(shape, settings.vae_units, dim, precision),
        CONDITIONAL: configuration(shape, settings.conditional_units, dim, precision, _num_classes(arrays)),
    }
    steps = settings.epochs * (len(arrays["x_train"]) // chosen["batch_size"])
    values = schedule(chosen, cooldown(steps, settings.cooldown_share))
    jobs = []
    for seed in settings.seeds:
        for model, described in configurations.items():
            training = Training(described, values, seed, steps, settings.epochs)
            measuring = Measuring(training, settings.images, pictures=seed == settings.seeds[0])
            jobs.append(Job(training, measuring, models / model / f"seed-{seed}", model))
    return jobs, LabelledData(arrays["x_train"], arrays["y_train"], arrays["x_test"][:SHOWN], arrays["y_test"][:SHOWN])


def _num_classes(arrays: Arrays) -> int:
    return int(arrays["y_train"].max()) + 1


def trials_table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return the trials as a table: in the place of the losses, the last one and how many there are."""
    import pandas as pd

    table = pd.DataFrame(rows)
    losses = table.pop("losses")
    return table.assign(epochs=losses.map(len), loss=[of_trial[-1] if of_trial else np.nan for of_trial in losses])


def describe_search(settings: Any, search: Outcome) -> dict[str, Any]:
    """Return the numbers of a search, and the values and the loss of the best trial."""
    rows, chosen = search.trained["trials"], search.measured
    return {
        "trials": len(rows),
        "pruned": sum(row["state"] == "pruned" for row in rows),
        "epochs": settings.search_epochs,
        "best": {**{name: chosen[name] for name in settings.space.model_dump()}, "loss": chosen["losses"][-1]},
    }


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return {model: its costs (a multiplication per weight and image), its metrics summarized over seeds}."""
    models = {}
    for model, runs in by_model(outcomes).items():
        weights = runs[0].trained["weights"][""]
        models[model] = {
            "parameters": sum(weight.size for weight in weights),
            "multiplications_per_image": sum(weight.size for weight in weights if weight.ndim == 2),
            **summarize_runs(runs),
        }
    return models
