"""The record of the thesis's protocol; `pipeline.published.counterparts` reads it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.legacy.measuring import METRICS, metrics
from pipeline.legacy.protocol import MEASURED, TRAINED, Variant, protocol_of
from tfvae.evaluation.summaries import summarize

Runs = Sequence[Mapping[str, Any]]  # the measurements of each seed


def record(variants: Sequence[Variant], measured: Mapping[str, Runs], settings: Any) -> dict[str, Any]:
    """Return the record but for its head, from the measurements of each seed by the variant's name."""
    budget = ("precision", "batch_size", "period_steps", "steps", "seeds", "grid_seeds")
    return {
        **{name: getattr(settings, name) for name in budget},
        "not_ablated": [switch for switch in TRAINED if switch not in settings.ablated],
        "published": settings.published.model_dump(),
        "corrected": settings.corrected.model_dump(),
        **models_and_ablation(variants, measured, settings),
        "augmented": [augmented(variant, measured[variant.name]) for variant in variants if variant.samplers],
        "grid": grid(variants, measured, settings),
    }


def models_and_ablation(variants: Sequence[Variant], measured: Mapping[str, Runs], settings: Any) -> dict[str, Any]:
    """Return the record's "models" and "ablation"; the arguments are those of `record`."""
    published = protocol_of(settings)
    models: dict[str, Any] = {}
    ablation: dict[str, Any] = {}
    for variant in (variant for variant in variants if not variant.samplers and not variant.candidate):
        runs, beta = measured[variant.name], variant.beta
        summaries = _summaries(runs, beta, published)
        if variant.switch:
            ablation[variant.model][variant.switch] = summaries
            continue
        if "trained_noise" in runs[0]:
            summaries["mse_trained_noise"] = summarize([run["trained_noise"] for run in runs])
        models[variant.model] = summaries
        ablation[variant.model] = {name: _summaries(runs, beta, protocol_of(settings, name)) for name in MEASURED}
    return {"models": models, "ablation": ablation}


def augmented(variant: Variant, runs: Runs) -> dict[str, Any]:
    """Return one entry of the record's "augmented": a model of the corrected protocol and its samplers."""
    return {
        "name": variant.name,
        "beta": variant.beta,
        "likelihood": variant.likelihood,
        "learning_rate": variant.protocol["learning_rate"],
        "steps": variant.steps,
        "seeds": list(variant.seeds),
        **{name: summarize([run["test_set"][name] for run in runs]) for name in ("mse", "kl")},
        **{
            sampler: {
                "fid": summarize([run["fid"][sampler]["same_dataset"] for run in runs]),
                "contrast": summarize([run["contrast"][sampler] for run in runs]),
            }
            for sampler in runs[0]["fid"]
        },
    }


def grid(variants: Sequence[Variant], measured: Mapping[str, Runs], settings: Any) -> dict[str, Any]:
    """Return the record's "grid": {candidate: its published metrics}, of the thesis's own protocol."""
    return {
        variant.candidate: _summaries(measured[variant.name], variant.beta, protocol_of(settings))
        for variant in variants
        if variant.candidate
    }


def _summaries(runs: Runs, beta: float, protocol: Mapping[str, Any]) -> dict[str, Any]:
    published = [metrics(run, beta, protocol) for run in runs]
    return {name: summarize([values[name] for values in published]) for name in METRICS}
