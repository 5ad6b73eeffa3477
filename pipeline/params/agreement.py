"""Whether parameters that are right each by itself fit together: one line for each mistake, the key first."""

from collections.abc import Iterator
from typing import Any

from pipeline.params.architectures import Architectures
from pipeline.params.sections import Parameters

NETWORKS = ("mlp", "cnn")
EVERYWHERE = ("main_experiments", "stick_breaking", "augmented_sampling", "manifolds", "legacy_experiments")
_LEGACY = ("legacy_experiments", "architecture")
SEARCHED = ("preliminary_grid", "pareto_select")


def conflicts(parameters: Parameters) -> Iterator[str]:
    """Yield what does not fit together in params.yaml."""
    yield from _datasets(parameters)
    yield from _quantised(parameters)
    yield from _colour(parameters)
    for section in ("main_experiments", "stick_breaking"):
        for key, settings in _entries(parameters, section):
            if settings.steps % settings.periods:
                yield (
                    f"{key}: steps must be a multiple of {section}.common.periods. Received: {settings.steps} and "
                    f"{settings.periods}"
                )
    for key, settings in _entries(parameters, "augmented_sampling"):
        if not settings.neighbours < settings.neighbour_images <= settings.images:
            yield f"{key}: neighbours must be fewer than neighbour_images, and these at most as many as images"
        if settings.components > settings.images:
            yield f"{key}: components must be at most as many as images"
    batch_size = parameters.train_fid_classifier.common.batch_size
    for section in ("conditional", "vector_quantised"):
        for dataset, comparison in getattr(parameters, section).own.items():
            if comparison.images < batch_size:
                yield (
                    f"{section}.{dataset}.images: a classifier is trained on them, so they must be at least "
                    f"train_fid_classifier.common.batch_size. Received: {comparison.images} and {batch_size}"
                )
    yield from _legacy(parameters)


def _quantised(parameters: Parameters) -> Iterator[str]:
    common = parameters.vector_quantised.common
    for name, shown in (("quantised_latent_dims", common.shown_latent_dim), ("codes", common.shown_codes)):
        if shown not in getattr(common, name):
            yield f"vector_quantised.common.{name} must hold {shown}, which the figures show"
    for dataset in parameters.vector_quantised.own:
        settings = parameters.vector_quantised.of(dataset)
        if not settings.neighbours < settings.neighbour_images <= settings.images:
            yield (
                f"vector_quantised.{dataset}: neighbours must be fewer than neighbour_images, and these at most as "
                "many as images"
            )
        if settings.few_images > settings.images:
            yield f"vector_quantised.{dataset}: few_images must be at most as many as images"


def _colour(parameters: Parameters) -> Iterator[str]:
    for dataset in parameters.colour.own:
        settings = parameters.colour.of(dataset)
        if not settings.neighbours < settings.neighbour_images <= settings.images:
            yield f"colour.{dataset}: neighbours must be fewer than neighbour_images, and these at most as images"
        if settings.preparation.size % 4:
            yield f"colour.{dataset}.preparation.size must be a multiple of 4. Received: {settings.preparation.size}"


def unknown_candidates(parameters: Parameters, architectures: Architectures) -> Iterator[str]:
    """Yield which candidates of params.yaml architectures.yaml does not have."""
    for section, field in (("preliminary_grid", "candidates"), ("pareto_select", "architecture"), _LEGACY):
        for key, settings in _entries(parameters, section):
            value, parts = getattr(settings, field), getattr(architectures, key.rsplit(".", 1)[1])
            names = [value] if isinstance(value, str) else value
            for name in names:
                if name not in ("all", "selected") and (lack := parts.lacks(name)):
                    yield f"{key}.{field}: {lack}"


def unknown_parts(architectures: Architectures) -> Iterator[str]:
    """Yield which candidates of architectures.yaml name parts that it does not have."""
    for network in NETWORKS:
        parts = getattr(architectures, network)
        for name in parts.candidates:
            if lack := parts.lacks(name):
                yield f"{network}.candidates: {lack}"


def _datasets(parameters: Parameters) -> Iterator[str]:
    if sorted(parameters.searched + parameters.transferred) != sorted(parameters.datasets):
        yield "datasets: 'searched' and 'transferred' together must name every entry of 'datasets' once"
    if parameters.transferred and parameters.transfer_architecture.source not in parameters.searched:
        yield "transfer_architecture.source must be one of 'searched'"
    for list_name in ("datasets", "latent_datasets", "conditional_datasets", "vector_quantised_datasets"):
        for name in getattr(parameters, list_name):
            if name not in parameters.classified:
                yield f"classified: {name}, which stands in '{list_name}', must stand here too"
    for list_name in ("classified", "colour_datasets"):
        for name in getattr(parameters, list_name):
            if name not in parameters.fetched:
                yield f"fetched: {name}, which stands in '{list_name}', must stand here too"
    needed = {section: parameters.datasets for section in EVERYWHERE}
    needed |= {"train_fid_classifier": parameters.classified, "latent_analysis": parameters.latent_datasets}
    needed |= {"conditional": parameters.conditional_datasets, "colour": parameters.colour_datasets}
    needed |= {"vector_quantised": parameters.vector_quantised_datasets}
    needed |= {section: parameters.searched for section in SEARCHED}
    for section, datasets in needed.items():
        for name in datasets:
            if name not in getattr(parameters, section).own:
                yield f"{section}.{name}: every dataset of the study needs its entry there"


def _legacy(parameters: Parameters) -> Iterator[str]:
    for key, settings in _entries(parameters, "legacy_experiments"):
        budgets = settings.augmented
        if any(steps % settings.period_steps for steps in (settings.steps, *(budget.steps for budget in budgets))):
            yield f"{key}: all steps must be multiples of period_steps. Received: {settings.period_steps}"
        if settings.ablated_beta not in settings.betas:
            yield f"{key}.betas: legacy_experiments.common.ablated_beta must be among them"
        if settings.components > settings.images:
            yield f"{key}: components must be at most as many as images"
        if len({tuple(budget.model_dump().values()) for budget in budgets}) < len(budgets):
            yield f"{key}.augmented: every entry may stand there once"


def _entries(parameters: Parameters, section: str) -> Iterator[tuple[str, Any]]:
    """Yield (dotted key, values) of every dataset and network of a section."""
    content = getattr(parameters, section)
    for dataset in content.own:
        for network in NETWORKS:
            yield f"{section}.{dataset}.{network}", content.of(dataset, network)
