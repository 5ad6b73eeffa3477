"""Stage legacy-experiments: the thesis's protocol with its defects, and with one of them corrected at a time.

It shows which defect makes which published effect, and when sampling with scaled latents helps. The plan of the models
is in `pipeline.legacy.protocol`; the record's layout in `pipeline.published.counterparts`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import files, stage
from pipeline.experiment.models import save_runs
from pipeline.experiment.running import Experiment
from pipeline.experiment.yardstick import read_yardstick
from pipeline.jobs.resumable import run_resumable
from pipeline.legacy.measuring import METRICS, Shared, contrast, measure, metrics, mixes
from pipeline.legacy.protocol import TRAINED, Variant, corrected_measures, experiment, plan, seeds_of
from pipeline.params.loading import load_architectures
from pipeline.stage import Parameters
from tfvae.evaluation.summaries import summarize
from tfvae.training.jobs import Progress


def run(job: tuple[Experiment, bool, bool], shared: Shared, progress: Progress) -> dict[str, Any]:
    """Train one model and measure it.

    Args:
        job: the experiment; whether a fitted density is sampled too; whether FIDs mix two classifiers' features too.
        shared: see `Shared`.
        progress: of the job; it resumes after the last whole period.

    Returns:
        "weights", "history" (a row per period) and "measured" (see `measure`).
    """
    from tfvae.models.vae import build_vae
    from tfvae.training.loop import Trainer, schedule_of
    from tfvae.training.runtime import use_one_core

    use_one_core()
    planned, samplers, mixed = job
    model, schedule = build_vae(planned.configuration, planned.seed), schedule_of(planned.schedule)
    trainer = Trainer(model, shared.yardstick.x_train, schedule, planned.seed)
    history: list[dict[str, float]] = []
    if (kept := progress.resume()) is not None:
        trainer.restore(kept["trainer"])
        history = kept["history"]
        progress.report(trainer.step)
    period_steps = planned.steps // planned.periods
    while len(history) < planned.periods:
        terms = trainer.run(period_steps)
        history.append({"step": trainer.step, **terms})
        progress.report(period_steps)
        progress.keep({"trainer": trainer.state(), "history": history})
    measured = measure(trainer, planned, samplers, mixed, shared)
    return {"weights": model.get_weights(), "history": history, "measured": measured}


def models_and_ablation(variants: Sequence[Variant], measured: Mapping[str, Any], settings: Any) -> dict[str, Any]:
    """Return the record's "models" and "ablation".

    Args:
        variants: the plan.
        measured: {name of the variant: what was measured of each seed}.
        settings: of params.yaml.
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
    """Return the record's part that the settings and the measurements make (arguments as in `models_and_ablation`)."""
    samplers = [variant for variant in variants if variant.samplers]
    return {
        **{name: getattr(settings, name) for name in ("precision", "batch_size", "period_steps", "steps", "seeds")},
        "not_ablated": [switch for switch in TRAINED if switch not in settings.ablated],
        "published": settings.published.model_dump(),
        "corrected": settings.corrected.model_dump(),
        **models_and_ablation(variants, measured, settings),
        "augmented": [augmented(variant, measured[variant.name], seeds_of(variant, settings)) for variant in samplers],
    }


def main(
    parameters: Parameters,
    *,
    dataset: str,
    network: str,
    reference: str,
    data: Path,
    classifier: Path,
    reference_classifier: Path,
    architectures: Path,
    models: Path,
    record: Path,
) -> None:
    """Train all variants of one dataset and network; write their models and the record."""
    settings = parameters.legacy_experiments.of(dataset, network)
    parts = getattr(load_architectures(architectures, parameters), network)
    architecture = parts.candidate(settings.architecture)
    yardstick = read_yardstick(data, classifier)
    folder = reference_classifier
    weights, other = files.read_weights(folder / "weights.npz"), files.read_json(folder / "config.json")
    reference = replace(yardstick, classifier=other, classifier_weights=weights)
    image_shape = yardstick.x_train.shape[1:]
    variants = plan(settings)
    planned = [
        [experiment(one, network, architecture, image_shape, settings, seed) for seed in seeds_of(one, settings)]
        for one in variants
    ]
    jobs = [
        (single, variant.samplers, mixes(network, variant.model, dataset, reference))
        for variant, experiments in zip(variants, planned, strict=True)
        for single in experiments
    ]
    results = run_resumable(
        "pipeline.legacy_experiments:run",
        jobs,
        Shared(yardstick, reference, settings.scale, settings.components),
        amounts=[single.steps for single, _, _ in jobs],
        label=f"legacy {dataset} {network}",
        unit="step",
    )
    waiting, measured = iter(results), {}
    for variant, experiments in zip(variants, planned, strict=True):
        found = [next(waiting) for _ in experiments]
        save_runs(models / variant.name, experiments, found)
        measured[variant.name] = [result["measured"] for result in found]
    head = {"dataset": dataset, "network": network, "architecture": architecture["name"]}
    rest = {"test_contrast": contrast(yardstick.x_test / 255.0)}
    files.write_json(record, {**head, **record(variants, measured, settings), **rest})


if __name__ == "__main__":
    stage.run(main)
