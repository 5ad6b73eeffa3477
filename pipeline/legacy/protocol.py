"""The thesis's protocol as named switches, and the models that show the effect of each of its defects.

Each switch is `published`, as the thesis did it, or `corrected`, as this study does. Models train under the published
protocol, under it with one switch corrected (an ablation), and corrected at several budgets, which shows when scaled
latents help. Three switches concern measuring alone and need no training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.experiment.configuration import vae
from pipeline.experiment.training import Training

CLAMPED = "clamped_stick_breaking"
TRAINED = ("posterior_heads", "epsilons", "batches", "learning_rate", "decoder", "stick_breaking")
MEASURED = ("losses", "tvd_classes", "reference_features")
STICKS = "stick_breaking"


@dataclass(frozen=True)
class Variant:
    """A model to train for `steps` on several `seeds` into the folder `name`; `protocol` has a value for each switch.

    `model` is "0.2" (a beta) or `CLAMPED`, the stick-breaking model; an ablation corrects `switch`. The thesis's
    `likelihood` is the squared error. With `samplers` the model is also sampled from a fitted density. One of the grid
    has the architecture `candidate` in place of the one that the thesis chose.
    """

    name: str
    model: str
    protocol: Mapping[str, Any]
    steps: int
    seeds: Sequence[int]
    switch: str = ""
    likelihood: str = "squared_error"
    samplers: bool = False
    candidate: str = ""

    @property
    def beta(self) -> float:
        """Weight of the KL term, 1 for the stick-breaking model."""
        return 1.0 if self.model == CLAMPED else float(self.model)


def plan(settings: Any) -> list[Variant]:
    """Return the variants of one dataset and network: as published, the ablation, and those for the samplers."""
    steps, seeds, ablated = settings.steps, settings.seeds, f"{settings.ablated_beta:g}"
    models = [*(f"{beta:g}" for beta in settings.betas), CLAMPED]
    variants = [Variant(model, model, protocol_of(settings), steps, seeds) for model in models]
    for switch in settings.ablated:
        model = CLAMPED if switch == STICKS else ablated
        variants.append(Variant(f"{model}-{switch}", model, protocol_of(settings, switch), steps, seeds, switch))
    for budget in settings.augmented:
        name = f"{budget.likelihood}-{budget.learning_rate:g}-{budget.steps}"
        protocol = {**settings.corrected.model_dump(), "learning_rate": budget.learning_rate}
        one = Variant(name, ablated, protocol, budget.steps, settings.augmented_seeds)
        variants.append(replace(one, likelihood=budget.likelihood, samplers=True))
    return variants


def grid(settings: Any, candidates: Sequence[str]) -> list[Variant]:
    """Return a variant for each architecture of the thesis's search: the published protocol with a beta of 1."""
    one = Variant("grid", "1", protocol_of(settings), settings.steps, settings.grid_seeds)
    return [replace(one, name=f"grid-{name}", candidate=name) for name in candidates]


def protocol_of(settings: Any, switch: str | None = None) -> dict[str, Any]:
    """Return the published protocol, or the one with a single switch corrected."""
    published: dict[str, Any] = settings.published.model_dump()
    return {**published, **({switch: getattr(settings.corrected, switch)} if switch else {})}


def training(
    variant: Variant, network: str, architecture: Mapping[str, Any], image_shape: Any, settings: Any, seed: int
) -> Training:
    """Return how one seed of a variant is trained."""
    protocol = variant.protocol
    configuration = vae(
        image_shape,
        "thesis_cnn" if network == "cnn" and protocol["decoder"] == "dense_end" else network,
        architecture["encoder"],
        architecture["decoder"],
        posterior=_posterior(variant, settings),
        likelihood=variant.likelihood,
        precision=settings.precision,
    )
    schedule = {
        "beta": variant.beta,
        "batch_size": settings.batch_size,
        **{name: protocol[name] for name in ("learning_rate", "batches", "epsilons")},
        "restart_steps": settings.period_steps if protocol["batches"] == "cyclic" else None,
    }
    return Training(configuration, schedule, seed, variant.steps, variant.steps // settings.period_steps)


def _posterior(variant: Variant, settings: Any) -> dict[str, Any]:
    """Return the posterior of a variant, as `tfvae.distributions.registry.build_posterior` takes it."""
    if variant.model == CLAMPED:
        name = CLAMPED if variant.protocol[STICKS] == "clamped" else "stick_breaking"
        return {"name": name, "latent_dim": settings.latent_dim, "concentration": settings.concentration}
    name = "relu_gaussian" if variant.protocol["posterior_heads"] == "relu" else "diagonal_gaussian"
    return {"name": name, "latent_dim": settings.latent_dim}
