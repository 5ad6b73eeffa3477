"""The beta-VAEs of colour images: those of a project's document on photographs of flowers, and leaner ones.

The document names two convolutional layers in each half and the Bernoulli likelihood, summed over pixels and channels;
its kernels are 5x5 and its latents 64, and all else is chosen here. The leaner layers have kernels of 4x4, which with a
stride of 2 weigh all pixels alike, and half as many channels where the decoder starts.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.experiment.training import Training
from tfvae.data.photographs import prepare


def _layers(kernel: int, *filters: int) -> list[dict[str, int]]:
    return [{"filters": count, "kernel": kernel, "stride": 2} for count in filters]


_ENCODERS = {"document": _layers(5, 32, 64), "lean": _layers(4, 32, 64)}
_DECODERS = {"document": (64, _layers(5, 32, 16)), "lean": (32, _layers(4, 32, 16))}


def configuration(image_shape: Sequence[int], layers: str, latent_dim: int, precision: str) -> dict[str, Any]:
    """Return a VAE's configuration with "document" or "lean" layers; 4 divides the images' height and width."""
    height, width, _ = image_shape
    channels, upward = _DECODERS[layers]
    decoder = {"reshape": [height // 4, width // 4, channels], "layers": upward}
    posterior = {"name": "diagonal_gaussian", "latent_dim": latent_dim}
    halves = (_ENCODERS[layers], decoder)
    return vae(image_shape, "cnn", *halves, posterior=posterior, likelihood="bernoulli", precision=precision)


def plan(settings: Any, image_shape: Sequence[int], models: Path) -> list[Job]:
    """Return a job for every seed and beta, by whose name its model goes; pictures are of the first seed."""
    described = configuration(image_shape, settings.layers, settings.latent_dim, settings.precision)
    jobs = []
    for seed in settings.seeds:
        for beta in settings.betas:
            schedule = cooling_schedule(settings, beta, settings.steps)
            training = Training(described, schedule, seed, settings.steps)
            measuring = Measuring(training, settings.images, pictures=seed == settings.seeds[0])
            jobs.append(Job(training, measuring, models / f"beta-{beta}" / f"seed-{seed}", str(beta)))
    return jobs


def prepare_images(data: Mapping[str, np.ndarray], settings: Any) -> dict[str, np.ndarray]:
    """Return the data with its images made as the parameters say, and no more test images than are generated."""
    preparation, few = settings.preparation.model_dump(), slice(settings.images)
    return {
        "x_train": prepare(data["x_train"], **preparation),
        "y_train": data["y_train"],
        "x_test": prepare(data["x_test"][few], **preparation),
        "y_test": data["y_test"][few],
    }


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return {beta: the summaries over its seeds}, in the order of the betas."""
    runs = by_model(outcomes)
    betas = {name: of_beta[0].job.training.schedule["beta"] for name, of_beta in runs.items()}
    return {name: {"beta": beta, **summarize_runs(runs[name])} for name, beta in betas.items()}
