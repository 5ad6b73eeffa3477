"""Models with two free latent dimensions, trained and decoded on a grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.job import Job
from pipeline.experiment.measuring import trained_generator
from pipeline.experiment.training import Training
from pipeline.params.schema import Parameters
from tfvae.images import to_bytes


@dataclass(frozen=True)
class Decoding:
    """How a manifold is drawn: of which model, over how many points of each axis, times and plus what."""

    training: Training
    points: int
    scale: float
    shift: float


def plan(
    parameters: Parameters, dataset: str, network: str, architecture: Any, image_shape: Sequence[int], models: Path
) -> list[Job]:
    """Return a job for each beta's Gaussian VAE, and one for three sticks, whose two fractions match 2 dimensions."""
    settings = parameters.manifolds.of(dataset, network)
    breaking = parameters.stick_breaking.common
    gaussian = {"name": "diagonal_gaussian", "latent_dim": 2}
    sticks = {"name": "stick_breaking", "latent_dim": 3, "concentration": breaking.concentration}
    fading = {"warmup_steps": int(breaking.warmup_share * settings.steps), "gradient_clip": breaking.gradient_clip}
    schedules = {f"beta_{beta}": schedule(parameters, network, beta) for beta in settings.betas}
    schedules["stick_breaking"] = schedule(parameters, network, 1, **fading)
    jobs = []
    for name, values in schedules.items():
        posterior = sticks if name == "stick_breaking" else gaussian
        configuration = configure(parameters, network, architecture, image_shape, posterior=posterior)
        training = Training(configuration, values, settings.seed, settings.steps)
        decoding = Decoding(training, settings.points, settings.scale, settings.shift)
        jobs.append(Job(training, decoding, models / name, name))
    return jobs


def decode(decoding: Decoding, trained: Mapping[str, Any], yardstick: None) -> dict[str, Any]:
    """Return the "pictures" {column: images (points, points, H, W, C) uint8} of a trained model, and no "history"."""
    from tfvae.sampling.manifolds import gaussian_grid, stick_breaking_grid

    configuration, points = decoding.training.configuration, decoding.points
    posterior = configuration["posterior"]
    sticks = posterior["name"] == "stick_breaking"
    grid = stick_breaking_grid(points, posterior["concentration"]) if sticks else gaussian_grid(points)
    latents = grid.reshape(-1, grid.shape[-1]).astype(np.float32)
    generator = trained_generator(decoding.training, trained["weights"][""])
    columns = {
        "plain": latents,
        "scaled": decoding.scale * latents,
        "shifted": latents + decoding.shift,
        "shifted_back": latents - decoding.shift,
    }
    shape = (points, points, *configuration["image_shape"])
    pictures = {name: to_bytes(generator.images(values)).reshape(shape) for name, values in columns.items()}
    return {"pictures": pictures, "history": {}}
