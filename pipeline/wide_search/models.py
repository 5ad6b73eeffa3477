"""From a trial's values to its configuration and schedule, and to what it costs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.experiment.configuration import cooldown, vae


def configuration(values: Mapping[str, Any], settings: Any, image_shape: Sequence[int]) -> dict[str, Any]:
    """Return the configuration of a dense VAE for images (H, W, C) with a trial's values."""
    encoder = units(values["first_units"], values["last_units"], values["depth"])
    posterior = {"name": values["posterior"], "latent_dim": values["latent_dim"]}
    if values["posterior"] == "stick_breaking":
        posterior["concentration"] = settings.concentration
    likelihood, precision = values["likelihood"], settings.precision
    return vae(image_shape, "mlp", encoder, encoder[::-1], posterior=posterior, likelihood=likelihood,
               precision=precision)  # fmt: skip


def units(first: int, last: int, depth: int) -> list[int]:
    """Return the units of `depth` layers, from the first to the last on a straight line, as in the thesis's grid."""
    return [round(count) for count in np.linspace(first, last, depth).tolist()]


def schedule(values: Mapping[str, Any], settings: Any, steps: int) -> dict[str, Any]:
    """Return the schedule of a training of so many steps with a trial's values."""
    return {
        "beta": values["beta"],
        "batch_size": values["batch_size"],
        "learning_rate": values["learning_rate"],
        "cooldown": cooldown(steps, values["cooldown_share"]),
        "warmup_steps": int(values["warmup_share"] * steps),
        "gradient_clip": settings.gradient_clip,
    }


def cost(parameters: int, batch_size: int, steps: int) -> int:
    """Return what a training costs: its images times the model's weights.

    A dense network multiplies each weight once for each image (a bias it adds), so these are multiply-adds of the
    forward pass: a cost that no machine, and nothing that runs beside it, changes.
    """
    return parameters * batch_size * steps
