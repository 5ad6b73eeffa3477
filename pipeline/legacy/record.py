"""The record of the thesis's protocol; `pipeline.published.counterparts` reads it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.legacy.measuring import METRICS, metrics
from pipeline.legacy.protocol import TRAINED, Variant, corrected_measures, seeds_of
from tfvae.evaluation.summaries import summarize


def models_and_ablation(variants: Sequence[Variant], measured: Mapping[str, Any], settings: Any) -> dict[str, Any]:
    """Return the record's "models" and "ablation".

    Args:
        variants: the plan.
        measured: by the variant's name, the measurements of each seed.
        settings: parameters of the stage.
    """
    published = settings.published.model_dump()
    models: dict[str, Any] = {}
    ablation: dict[str, Any] = {}
    for variant in (variant for variant in variants if not variant.samplers):
        runs = measured[variant.name]
        if variant.switch:
            ablation[variant.model][variant.switch] = _summaries(runs, variant, published)
            continue
        models[variant.model] = _summaries(runs, variant, published)
        if "trained_noise" in runs[0]:
            models[variant.model]["mse_trained_noise"] = summarize([one["trained_noise"] for one in runs])
        ablation[variant.model] = {
            switch: _summaries(runs, variant, protocol) for switch, protocol in corrected_measures(settings)
        }
    return {"models": models, "ablation": ablation}


def augmented(variant: Variant, runs: Sequence[Mapping[str, Any]], seeds: Sequence[int]) -> dict[str, Any]:
    """Return one entry of the record's "augmented": a model of the corrected protocol and its samplers."""
    return {
        "name": variant.name,
        "beta": variant.beta,
        "likelihood": variant.likelihood,
        "learning_rate": variant.protocol["learning_rate"],
        "steps": variant.steps,
        "seeds": list(seeds),
        **{name: summarize([one["test_set"][name] for one in runs]) for name in ("mse", "kl")},
        **{
            sampler: {
                "fid": summarize([one["fid"][sampler]["same_dataset"] for one in runs]),
                "contrast": summarize([one["contrast"][sampler] for one in runs]),
            }
            for sampler in runs[0]["fid"]
        },
    }


def _summaries(runs: Sequence[Mapping[str, Any]], variant: Variant, protocol: Mapping[str, Any]) -> dict[str, Any]:
    values = [metrics(one, variant.beta, protocol) for one in runs]
    return {name: summarize([value[name] for value in values]) for name in METRICS}


def record(variants: Sequence[Variant], measured: Mapping[str, Any], settings: Any) -> dict[str, Any]:
    """Return the record but for its head; the arguments are those of `models_and_ablation`."""
    samplers = [variant for variant in variants if variant.samplers]
    return {
        **{name: getattr(settings, name) for name in ("precision", "batch_size", "period_steps", "steps", "seeds")},
        "not_ablated": [switch for switch in TRAINED if switch not in settings.ablated],
        "published": settings.published.model_dump(),
        "corrected": settings.corrected.model_dump(),
        **models_and_ablation(variants, measured, settings),
        "augmented": [augmented(variant, measured[variant.name], seeds_of(variant, settings)) for variant in samplers],
    }
