"""The models of the stage disentanglement, how they are trained, and their part of the record."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import cooling_schedule, vae
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Measuring
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.experiment.training import Training
from tfvae.evaluation.summaries import summarize

UNTRAINED = "untrained"
# What params/known_factors.yaml may name. It stands here because the code of a stage is what its modules name of the
# registries (`pipeline.jobs.closure`).
MODELS, POSTERIOR = ("dip_vae", "factor_vae", "tcvae", "vae"), "diagonal_gaussian"
_PERIODS = 10
_SHOWN_BY = "mig"  # which score chooses the traversals that are shown


def plan(settings: Any, image_shape: Sequence[int], images: int, models: Path) -> list[Job]:
    """Return a job for every method, strength and seed, and the untrained encoder of every seed.

    That is a model which trains for no step: all methods start from the same weights. `images` are those to train on.
    """
    return list(_jobs(settings, image_shape, images, models))


def _jobs(settings: Any, image_shape: Sequence[int], images: int, models: Path) -> Iterator[Job]:
    layers = {"network": "mlp", "encoder": settings.encoder, "decoder": settings.decoder}
    posterior = {"name": POSTERIOR, "latent_dim": settings.latent_dim}
    values = {"posterior": posterior, "likelihood": settings.likelihood, "precision": settings.precision}
    common = vae(image_shape, **layers, **values)

    def jobs(name: str, configuration: dict[str, Any], strength: float, steps: int) -> Iterator[Job]:
        schedule = cooling_schedule(settings, strength, steps)
        for seed in settings.seeds:
            training = Training(configuration, schedule, seed, steps, _PERIODS)
            yield Job(training, Measuring(training, pictures=True), models / name / f"seed-{seed}", name)

    for method, options in settings.by_method().items():
        configuration = {
            **common,
            "model": method,
            **{name: one for name, one in options.items() if name != "strengths"},
        }
        if method == "tcvae":
            configuration["images"] = images
        for strength in options["strengths"]:
            yield from jobs(f"{method}-{strength}", configuration, strength, settings.steps)
    yield from jobs(UNTRAINED, common, 1, 0)


def describe(outcomes: Sequence[Outcome], pixels: Mapping[str, float]) -> dict[str, Any]:
    """Return the record's "untrained" and "models", what is "shown", and the scores' "rank_correlations".

    `pixels` are the scores of the pixels.
    """
    runs_of = by_model(outcomes)
    scored = {name: _scores(runs) for name, runs in runs_of.items()}
    untrained = scored.pop(UNTRAINED)
    described = {name: _described(runs_of[name], one) for name, one in scored.items()}
    for one in described.values():
        one["above_floors"] = above(one["scores"], untrained, pixels)
    values = {name: np.concatenate([one[name]["values"] for one in scored.values()]) for name in untrained}
    return {
        "untrained": untrained,
        "models": described,
        "shown": shown(described),
        "rank_correlations": rank_correlations(values),
    }


def _scores(runs: Sequence[Outcome]) -> dict[str, Any]:
    """Return a model's scores, summarized over its seeds, which UDR compares with each other."""
    from tfvae.evaluation.disentanglement import udr

    codes, divergences = (np.stack([run.measured[name] for run in runs]) for name in ("codes", "divergences"))
    return {**summarize_runs(runs)["scores"], "udr": summarize(udr(codes, divergences))}


def _described(runs: Sequence[Outcome], scores: Mapping[str, Any]) -> dict[str, Any]:
    training = runs[0].job.training
    return {
        "method": training.configuration["model"],
        "strength": training.schedule["beta"],
        "seeds": [run.job.training.seed for run in runs],
        "parameters": sum(weight.size for weight in runs[0].trained["weights"][""]),
        **summarize_runs(runs),
        "scores": scores,
    }


def above(scores: Mapping[str, Any], untrained: Mapping[str, Any], pixels: Mapping[str, float]) -> list[str]:
    """Return the scores of which every seed's is above those of all untrained encoders, and of the pixels.

    UDR has no such floor, and is not among them.
    """
    return [
        name for name in pixels if min(scores[name]["values"]) > max(pixels[name], *untrained[name]["values"])
    ]  # fmt: skip


def shown(models: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the "model" of the highest mean MIG, and its seeds with the highest, and the (lower) median one."""
    name = max(models, key=lambda one: models[one]["scores"][_SHOWN_BY]["mean"])
    seeds, values = models[name]["seeds"], models[name]["scores"][_SHOWN_BY]["values"]
    ranked = sorted(range(len(seeds)), key=lambda place: -values[place])
    return {"model": name, "best": seeds[ranked[0]], "median": seeds[ranked[len(ranked) // 2]]}


def rank_correlations(values: Mapping[str, np.ndarray]) -> dict[str, dict[str, float | None]]:
    """Return Spearman's rank correlation of each two scores (N,) of N models; None where one of them is constant."""
    from scipy.stats import rankdata

    ranks = {name: rankdata(one) - (len(one) + 1) / 2 for name, one in values.items()}

    def correlation(one: np.ndarray, other: np.ndarray) -> float | None:
        norm = np.sqrt(np.sum(one**2) * np.sum(other**2))
        return float(np.clip(one @ other / norm, -1, 1)) if norm > 0 else None

    return {name: {other: correlation(one, ranks[other]) for other in ranks} for name, one in ranks.items()}


def pictures(outcomes: Sequence[Outcome], which: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return the traversals of what is `shown`: "best" and "median"."""
    by_seed = {
        run.job.training.seed: run.measured["pictures"]["traversals"] for run in by_model(outcomes)[which["model"]]
    }
    return {name: by_seed[which[name]] for name in ("best", "median")}
