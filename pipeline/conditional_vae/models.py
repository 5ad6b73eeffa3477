"""The models of the stage conditional: those of the search, then both on every seed with the values it chose."""

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.conditional_vae.measuring import ConditionalMeasuring
from pipeline.conditional_vae.search import Search
from pipeline.conditional_vae.training import CONDITIONAL, SHOWN, LabelledData, configuration, schedule
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.configuration import cooldown
from pipeline.experiment.running import Job
from pipeline.experiment.training import Training
from pipeline.params.schema import Parameters

Arrays = Mapping[str, np.ndarray]


def plan_search(settings: Any, arrays: Arrays, dataset: str, models: Path) -> tuple[Job, LabelledData]:
    """Return the search, and what its models are trained and measured on.

    Args:
        settings: of the stage, for one dataset.
        arrays: of the dataset.
        dataset: its name.
        models: folder of the trained models, where the trials are kept too.

    Raises:
        RuntimeError: if the dataset is too small for its budget.
    """
    size, held_out = len(arrays["x_train"]), settings.validation_images
    for name, needed in (("validation_images", held_out + 1), ("images", settings.images)):
        if needed > size:
            raise RuntimeError(
                f"conditional.{dataset}.{name} must be at most the number of training images, and leave some to train "
                f"on. Received: {getattr(settings, name)} of {size}"
            )
    search = Search(
        space=settings.space.model_dump(),
        units=settings.conditional_units,
        num_classes=_num_classes(arrays),
        precision=settings.precision,
        seed=settings.seeds[0],
        trials=settings.trials,
        startup_trials=settings.startup_trials,
        epochs=settings.search_epochs,
        optuna=metadata.version("optuna"),
    )
    (x_train, x_held), (y_train, y_held) = (np.split(arrays[name], [-held_out]) for name in ("x_train", "y_train"))
    return Job(search, None, settings.trials, models / "search"), LabelledData(x_train, y_train, x_held, y_held)


def plan(
    parameters: Parameters, dataset: str, arrays: Arrays, chosen: Mapping[str, Any], models: Path
) -> tuple[list[tuple[str, Job]], LabelledData]:
    """Return (model, job) of both models, "vae" and "conditional_vae", on every seed, and what they are trained on.

    Args:
        parameters: of the study.
        dataset: its name.
        arrays: of the dataset.
        chosen: values of the search's best trial.
        models: folder of the trained models.
    """
    settings, fid = parameters.conditional.of(dataset), parameters.train_fid_classifier.common
    shape, dim, precision = arrays["x_train"].shape[1:], chosen["latent_dim"], settings.precision
    configurations = {
        "vae": configuration(shape, settings.vae_units, dim, precision),
        CONDITIONAL: configuration(shape, settings.conditional_units, dim, precision, _num_classes(arrays)),
    }
    steps = settings.epochs * (len(arrays["x_train"]) // chosen["batch_size"])
    values = schedule(chosen, cooldown(steps, settings.cooldown_share))

    def job(model: str, seed: int) -> Job:
        training = Training(configurations[model], values, seed, steps, settings.epochs)
        score = ClassifierTraining(seed, settings.classifier_steps, fid.batch_size, fid.learning_rate, fid.dropout)
        shown = settings.tsne_images if seed == settings.seeds[0] else None
        return Job(
            training,
            ConditionalMeasuring(training, settings.images, score, shown),
            steps,
            models / model / f"seed-{seed}",
        )

    jobs = [(model, job(model, seed)) for seed in settings.seeds for model in configurations]
    return jobs, LabelledData(arrays["x_train"], arrays["y_train"], arrays["x_test"][:SHOWN], arrays["y_test"][:SHOWN])


def _num_classes(arrays: Arrays) -> int:
    return int(arrays["y_train"].max()) + 1
