"""Models of the study with one thing changed: how they are trained, what is measured of them, and their record.

A change is a field of `pipeline.params.variants.Variant` that may be absent. A convolutional decoder with a dense end
is the network `thesis_cnn`; a stick-breaking VAE trains as in the stage of this name, but with a beta.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.experiment.configuration import configure, cooldown, schedule
from pipeline.experiment.job import Job, Outcome
from pipeline.experiment.measuring import Meter, measure_on_test_images, trained_generator
from pipeline.experiment.pictures import SHOWN_SAMPLES
from pipeline.experiment.summaries import by_model, summarize_runs
from pipeline.experiment.training import Training
from pipeline.experiment.yardstick import Yardstick
from pipeline.params.architectures import Architectures
from pipeline.params.schema import Parameters
from pipeline.params.variants import Variant
from pipeline.thesis import samplers
from pipeline.thesis.experiments import described
from tfvae.images import to_bytes
from tfvae.training.jobs import Progress

SHOWN = ("prior", "scaled", "mixture")  # samplers that the picture shows


@dataclass(frozen=True)
class VariantMeasuring:
    """The measuring of one trained model: the settings of its samplers, whose neighbours vote, pictures if wanted."""

    training: Training
    sampling: Any
    neighbours: Sequence[int]
    pictures: bool


@dataclass(frozen=True)
class Labelled:
    """A dataset's yardstick, and the classes (N,) and (M,) of its training and test images."""

    yardstick: Yardstick
    y_train: np.ndarray
    y_test: np.ndarray


@dataclass(frozen=True)
class Model:
    """A model of several seeds: its variant's name and settings, its beta, and its architecture."""

    variant: str
    settings: Variant
    beta: float
    architecture: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its name in the record and in folders, such as "dense-end-0.2"."""
        return f"{self.variant}-{self.beta}"


def models_of(
    variants: Mapping[str, Variant], studied: Mapping[str, Mapping[str, Any]], candidates: Architectures
) -> list[Model]:
    """Return the models of all variants; `studied` has the architecture of the study for each network."""
    models = []
    for name, settings in variants.items():
        architecture = studied[settings.network]
        if "architecture" in settings.changes:
            architecture = getattr(candidates, settings.network).candidate(settings.architecture)
        models += [Model(name, settings, beta, architecture) for beta in settings.betas]
    return models


def plan(
    parameters: Parameters, dataset: str, models: Sequence[Model], image_shape: Sequence[int], folder: Path
) -> list[Job]:
    """Return a job for each seed of each model, the convolutional ones first, which take longest."""
    common, jobs = parameters.variants.of(dataset), []
    for model in models:
        variant = model.settings
        configuration, values = _recipe(parameters, model, image_shape)
        values["cooldown"] = cooldown(variant.steps, common.cooldown_share)
        sampling = parameters.augmented_sampling.of(dataset, variant.network)
        for seed in variant.seeds:
            training = Training(configuration, values, seed, variant.steps, common.periods)
            measuring = VariantMeasuring(training, sampling, common.neighbours, pictures=seed == variant.seeds[0])
            jobs.append(Job(training, measuring, folder / model.name / f"seed-{seed}", model.name))
    return sorted(jobs, key=lambda job: job.training.configuration["network"] == "mlp")


def _recipe(parameters: Parameters, model: Model, image_shape: Sequence[int]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the configuration and the schedule of a model."""
    variant, breaking = model.settings, parameters.stick_breaking.common
    changes, changed, fading = variant.changes, {}, {}
    if "sticks" in changes:
        posterior = {"latent_dim": changes["sticks"], "concentration": changes["concentration"]}
        changed["posterior"] = {"name": "stick_breaking", **posterior}
        warmup = int(breaking.warmup_share * variant.steps)
        fading = {"warmup_steps": warmup, "gradient_clip": breaking.gradient_clip}
    elif "latent_dim" in changes:
        changed["posterior"] = {"name": "diagonal_gaussian", "latent_dim": changes["latent_dim"]}
    configuration = configure(parameters, variant.network, model.architecture, image_shape, **changed)
    if changes.get("decoder_end") == "dense":
        configuration["network"] = "thesis_cnn"
    return configuration, schedule(parameters, variant.network, model.beta, **fading)


def measure(measuring: VariantMeasuring, trained: Mapping[str, Any], labelled: Labelled) -> dict[str, Any]:
    """Return the "metrics" of a trained model, and "pictures" {sampler: images (9, H, W, C) uint8} if wanted.

    The metrics are those of the test images, {sampler: metrics} in "samplers", and in "neighbour_error" {k: the share
    of test images that their k nearest training images misclassify}, by the means of q(z|x).
    """
    from tfvae.evaluation.latent_space import classification_errors
    from tfvae.sampling.encoding import posterior_means

    training, yardstick, weights = measuring.training, labelled.yardstick, trained["weights"][""]
    generator = trained_generator(training, weights)
    metrics = measure_on_test_images(generator, Meter(yardstick), training.schedule["beta"])
    del metrics["mean_latent"]
    sampling = samplers.Sampling(training.configuration, weights, training.seed)
    metrics["samplers"] = samplers.measure(sampling, (yardstick, measuring.sampling), Progress(lambda amount: None))
    known, unknown = (posterior_means(generator.model, x) for x in (yardstick.x_train, yardstick.x_test))
    errors = classification_errors(known, labelled.y_train, unknown, labelled.y_test, measuring.neighbours)
    metrics["neighbour_error"] = {str(k): error for k, error in errors.items()}
    pictures = {}
    if measuring.pictures:
        latents = samplers.sampled_latents(generator, yardstick.x_train, measuring.sampling, training.seed)
        pictures = {name: to_bytes(generator.images(latents[name][:SHOWN_SAMPLES])) for name in SHOWN}
    return {"metrics": metrics, "pictures": pictures}


def describe(models: Sequence[Model], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return {model: its description, what it changes, and its metrics summarized over the seeds}."""
    runs = by_model(outcomes)
    return {
        model.name: {
            "variant": model.variant,
            "changes": model.settings.changes,
            **described(runs[model.name], model.architecture["name"]),
            "network": model.settings.network,
            **summarize_runs(runs[model.name]),
        }
        for model in models
    }
