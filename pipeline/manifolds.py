"""Stage manifolds: models with two free latent dimensions, trained from scratch and decoded on a grid."""

from pathlib import Path
from typing import Any

import numpy as np

from pipeline import files, stage
from pipeline.experiment.configuration import configure, schedule
from pipeline.experiment.pictures import to_bytes
from pipeline.jobs.resumable import run_resumable
from pipeline.stage import Parameters
from tfvae.training.jobs import Progress

_PERIODS = 10


def plan(parameters: Any, dataset: str, network: str, architecture: Any, image_shape: Any) -> dict[str, Any]:
    """Return {model: (configuration, schedule)}: a Gaussian VAE per beta, and the stick-breaking VAE.

    Three sticks have two free fractions: as many degrees of freedom as the Gaussian models have dimensions.
    """
    settings = parameters.manifolds.of(dataset, network)
    broken = parameters.stick_breaking.common
    gaussian = {"name": "diagonal_gaussian", "latent_dim": 2}
    sticks = {"name": "stick_breaking", "latent_dim": 3, "concentration": broken.concentration}
    fading = {"warmup_steps": int(broken.warmup_share * settings.steps), "gradient_clip": broken.gradient_clip}

    def configured(posterior: Any) -> Any:
        return configure(parameters, network, architecture, image_shape, posterior=posterior)

    models = {f"beta_{beta}": (configured(gaussian), schedule(parameters, network, beta)) for beta in settings.betas}
    models["stick_breaking"] = (configured(sticks), schedule(parameters, network, 1, **fading))
    return models


def train_and_decode(job: tuple[str, Any, Any], shared: tuple[np.ndarray, Any], progress: Progress) -> dict[str, Any]:
    """Return the "weights" of one model and its "grids", {column: (points, points, H, W, C)} uint8."""
    from tfvae.models.vae import build_vae
    from tfvae.sampling.generation import Generator
    from tfvae.sampling.manifolds import gaussian_grid, stick_breaking_grid
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    (_, configuration, schedule_values), (x_train, settings) = job, shared
    model = build_vae(configuration, settings.seed)
    trainer = Trainer(model, x_train, schedule_of(schedule_values), settings.seed)
    if (kept := progress.resume()) is not None:
        trainer.restore(kept)
        progress.report(trainer.step)
    for stop in (settings.steps * period // _PERIODS for period in range(1, _PERIODS + 1)):
        if trainer.step < stop:
            steps = stop - trainer.step
            trainer.run(steps)
            progress.report(steps)
            progress.keep(trainer.state())
    if configuration["posterior"]["name"] == "stick_breaking":
        grid = stick_breaking_grid(settings.points, configuration["posterior"]["concentration"])
    else:
        grid = gaussian_grid(settings.points)
    latents = grid.reshape(-1, grid.shape[-1]).astype(np.float32)
    generator = Generator(model, settings.seed)
    columns = {
        "plain": latents,
        "scaled": settings.scale * latents,
        "shifted": latents + settings.shift,
        "shifted_back": latents - settings.shift,
    }
    shape = (settings.points, settings.points, *x_train.shape[1:])
    grids = {name: to_bytes(generator.images(values)).reshape(shape) for name, values in columns.items()}
    return {"weights": model.get_weights(), "grids": grids}


def main(parameters: Parameters, *, dataset: str, network: str, data: Path, architecture: Path, models: Path) -> None:
    """Train one dataset's models with one network; write them and their manifolds."""
    settings = parameters.manifolds.of(dataset, network)
    x_train = files.read_npz(data)["x_train"]
    architecture = files.read_json(architecture)["architecture"]
    planned = plan(parameters, dataset, network, architecture, x_train.shape[1:])
    jobs = [(name, *values) for name, values in planned.items()]
    results = run_resumable(
        "pipeline.manifolds:train_and_decode",
        jobs,
        (x_train, settings),
        amounts=[settings.steps] * len(jobs),
        label=f"manifolds {dataset} {network}",
        unit="step",
    )
    pictures = {}
    for (name, configuration, _), result in zip(jobs, results, strict=True):
        files.write_weights(models / name / "weights.npz", result["weights"])
        files.write_json(models / name / "config.json", configuration)
        pictures.update({f"{name}|{column}": grid for column, grid in result["grids"].items()})
    files.write_npz(models / "manifolds.npz", pictures)


if __name__ == "__main__":
    stage.run(main)
