"""The jobs of the stage latent-analysis: every model on every seed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import cooldown
from pipeline.experiment.running import Job
from pipeline.latent_spaces.measuring import LabelledImages, LatentMeasuring
from pipeline.latent_spaces.models import BINARY, BUDGETS, LAYERS, configuration
from pipeline.latent_spaces.training import LatentData, LatentTraining


def plan(settings: Any, data: LatentData, models: Path) -> list[tuple[str, Job]]:
    """Return (model, job) of every model and seed, the longest first, so that the cores finish together.

    Args:
        settings: of the stage, for one dataset.
        data: what they are trained on.
        models: folder of the trained models.
    """
    image_shape, jobs = data.training.shape[1:], []
    for model in sorted(LAYERS, key=lambda model: BUDGETS[model] != "convolutional"):
        budget = getattr(settings, BUDGETS[model])
        steps = budget.epochs * (len(data.training) // budget.batch_size)
        schedule = {
            "beta": 1.0,
            "batch_size": budget.batch_size,
            "learning_rate": budget.learning_rate,
            "cooldown": cooldown(steps, budget.cooldown_share),
        }
        described = configuration(model, image_shape, settings.latent_dim, budget.precision)
        for position, seed in enumerate(budget.seeds):
            training = LatentTraining(described, schedule, seed, steps, budget.epochs, binarized=model == BINARY)
            measuring = LatentMeasuring(training, pictures=position == 0)
            jobs.append((model, Job(training, measuring, steps, models / model / f"seed-{seed}")))
    return jobs


def split(settings: Any, arrays: Mapping[str, np.ndarray], dataset: str) -> tuple[LatentData, LabelledImages]:
    """Return what the models of a dataset are trained on, and what they are measured with.

    Raises:
        RuntimeError: if no image would be left to train on.
    """
    held_out, size, probe = settings.validation_images, len(arrays["x_train"]), slice(settings.probe_images)
    if held_out >= size:
        raise RuntimeError(
            f"latent_analysis.{dataset}.validation_images must leave images to train on. Received: {held_out} of {size}"
        )
    images = LabelledImages(
        arrays["x_train"][probe],
        arrays["y_train"][probe],
        arrays["x_test"],
        arrays["y_test"],
        settings.tsne_images,
        settings.neighbours,
        settings.importance_samples,
    )
    return LatentData(*np.split(arrays["x_train"], [-held_out])), images
