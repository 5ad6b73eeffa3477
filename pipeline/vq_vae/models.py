"""The models that are compared by their samples: plain, beta- and vector-quantised VAEs, and their layers.

They follow "Generate MNIST synthetic images using variants of VAE" (Bencheikh Lehocine, Benmaiza & Chikh, 2022), with
strided convolutions and grids of 7x7 codes, for images of 28x28 pixels; the rest is chosen here. The windows of the
vector-quantised encoder, 2x2, lie side by side (a code covers 4x4 pixels): blank places then share a code, and a prior
predicts the codes far better than those of wider windows, at about the same squared error.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.vq_vae.training import PriorTraining, TwoPartTraining

_GAUSSIAN_ENCODER = [{"filters": 32, "kernel": 4, "stride": 2}, {"filters": 64, "kernel": 4, "stride": 2}]
_GAUSSIAN_DECODER = {
    "reshape": [7, 7, 32],
    "layers": [{"filters": 32, "kernel": 4, "stride": 2}, {"filters": 16, "kernel": 4, "stride": 2}],
}
_QUANTISED_ENCODER = [{"filters": 32, "kernel": 2, "stride": 2}, {"filters": 64, "kernel": 2, "stride": 2}]
_QUANTISED_DECODER = [
    {"filters": 64, "kernel": 3, "stride": 1},
    {"filters": 32, "kernel": 4, "stride": 2},
    {"kernel": 4, "stride": 2},
]
# With squared errors of a sigmoid's output a new decoder may turn black and stay so; the Bernoulli likelihood has no
# such plateau.
_LIKELIHOOD = "bernoulli"


def plan(settings: Any, image_shape: Sequence[int], models: Path) -> list[Job]:
    """Return a job for every model and seed, the longest first, so that the cores finish together."""
    jobs: list[Job] = []

    def add(
        name: str, model: Any, beta: float, steps: int, seeds: Sequence[int], prior: PriorTraining | None = None
    ) -> None:
        """Add a job for each seed; pictures are of the first."""
        schedule = cooling_schedule(settings, beta, steps)
        all_steps = steps + (prior.steps if prior else 0)
        for seed in seeds:
            training = TwoPartTraining(model, schedule, seed, all_steps, prior=prior)
            measuring = Measuring(training, settings.images, pictures=seed == seeds[0])
            jobs.append(Job(training, measuring, models / name / f"seed-{seed}", name))

    for dim in settings.quantised_latent_dims:
        for codes in settings.codes:
            is_shown = (dim, codes) == (settings.shown_latent_dim, settings.shown_codes)
            seeds = settings.seeds if is_shown else settings.sweep_seeds
            network = {"codes": codes, **settings.prior.model_dump()}
            prior = PriorTraining(network, settings.prior_steps, **settings.prior_training.model_dump())
            model = quantised(image_shape, dim, codes, settings)
            # The model weighs its commitment itself; the training loop has nothing to add, so beta is 1.
            add(name_of("vq-vae", dim, codes), model, 1.0, settings.quantised_steps, seeds, prior)
    families = (("vae", 1, settings.latent_dims), ("beta-vae", settings.beta, settings.beta_latent_dims))
    for family, beta, dims in families:
        for dim in dims:
            posterior = {"name": "diagonal_gaussian", "latent_dim": dim}
            likelihood = {"likelihood": _LIKELIHOOD, "precision": settings.precision}
            model = vae(image_shape, "cnn", _GAUSSIAN_ENCODER, _GAUSSIAN_DECODER, posterior=posterior, **likelihood)
            add(name_of(family, dim), model, beta, settings.steps, settings.seeds)
    return jobs


def quantised(image_shape: Sequence[int], latent_dim: int, codes: int, settings: Any) -> dict[str, Any]:
    """Return the configuration of a vector-quantised VAE, for `tfvae.models.registry.build_model`."""
    update = {name: getattr(settings, f"codebook_{name}") for name in ("update", "decay", "revival")}
    return {
        "model": "vq_vae",
        "image_shape": list(image_shape),
        "encoder": _QUANTISED_ENCODER,
        "decoder": _QUANTISED_DECODER,
        "quantizer": {"codes": codes, "latent_dim": latent_dim, **update},
        "commitment": settings.commitment,
        "likelihood": _LIKELIHOOD,
        "precision": settings.precision,
    }


def name_of(family: str, *sizes: int) -> str:
    """Return the name of a model in records: "vae-2", "beta-vae-8", "vq-vae-16-128"."""
    return "-".join(map(str, (family, *sizes)))


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return {model: its description, and its metrics summarized over its seeds}."""
    models = {}
    for name, runs in by_model(outcomes).items():
        training, weights = runs[0].job.training, runs[0].trained["weights"]
        prior, latents = training.prior, training.configuration["quantizer" if training.prior else "posterior"]
        models[name] = {
            "latent_dim": latents["latent_dim"],
            **({"codes": latents["codes"]} if prior else {"beta": training.schedule["beta"]}),
            "steps": {"model": training.model_steps, **({"prior": prior.steps} if prior else {})},
            "parameters": sum(weight.size for part in weights.values() for weight in part),
            "seeds": [run.job.training.seed for run in runs],
            **summarize_runs(runs),
        }
    return models
