"""The models of the stage objectives, how they are trained, and their part of the record."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.model_family.training import FamilyTraining

_PERIODS = 10
# What params/model_family.yaml may name. It stands here because the code of a stage is what its modules name of the
# registries (`pipeline.jobs.closure`).
MODELS = (
    "controlled_capacity", "dip_vae", "factor_vae", "importance_weighted", "mmd_vae", "regularized_autoencoder",
    "sigma_vae", "tcvae", "vae", "vamp_vae",
)  # fmt: skip
POSTERIORS = ("diagonal_gaussian", "dirichlet", "point", "stick_breaking", "von_mises_fisher")


def plan(settings: Any, image_shape: Sequence[int], images: int, models: Path) -> list[Job]:
    """Return a job for every model, kind of pixels and seed; `images` are those to train on."""
    return list(_jobs(settings, image_shape, images, models))


def _jobs(settings: Any, image_shape: Sequence[int], images: int, models: Path) -> Iterator[Job]:
    layers = {"network": "mlp", "encoder": settings.encoder, "decoder": settings.decoder}
    for name, objective in settings.chosen.items():
        posterior = objective.described_posterior(settings.latent_dim)
        values = {"likelihood": objective.likelihood or settings.likelihood, "precision": settings.precision}
        configuration = {
            **vae(image_shape, **layers, posterior=posterior, **values),
            "model": objective.model,
            **objective.options,
        }
        if objective.model == "tcvae":
            configuration["images"] = images
        if "capacity_share" in configuration:
            configuration["capacity_steps"] = max(round(configuration.pop("capacity_share") * settings.steps), 1)
        schedule = cooling_schedule(settings, objective.beta, settings.steps)
        for pixels in objective.pixels:
            model = f"{name}-{pixels}"
            for seed in settings.seeds:
                training = FamilyTraining(configuration, schedule, seed, settings.steps, _PERIODS, pixels=pixels)
                measuring = Measuring(training, pictures=seed == settings.seeds[0])
                yield Job(training, measuring, models / model / f"seed-{seed}", model)


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return {model: what it is, and its metrics summarized over the seeds}."""
    described = {}
    for name, runs in by_model(outcomes).items():
        training = runs[0].job.training
        configuration = training.configuration
        described[name] = {
            "model": configuration["model"],
            "posterior": configuration["posterior"]["name"],
            "latent_dim": configuration["posterior"]["latent_dim"],
            "pixels": training.pixels,
            "beta": training.schedule["beta"],
            "seeds": [run.job.training.seed for run in runs],
            "parameters": sum(weight.size for weight in runs[0].trained["weights"][""]),
            **summarize_runs(runs),
        }
    return described
