"""Trained models sampled in six ways.

"prior": as trained; "scaled": latents times a large factor, the thesis's augmented sampling; "shifted": latents plus a
constant, its "+2"; "shifted_fit": latents moved to the mean of the aggregated posterior; "gaussian" and "mixture":
densities fitted to samples of the aggregated posterior (Ghosh et al., 2020, https://arxiv.org/abs/1903.12436).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Meter, trained_generator
from pipeline.experiment.yardstick import Yardstick
from tfvae.training.jobs import Progress


@dataclass(frozen=True)
class Sampling:
    """One trained model, and the seed of every draw."""

    configuration: Mapping[str, Any]
    weights: Sequence[np.ndarray]
    seed: int


def sampled_latents(generator: Any, x_train: np.ndarray, settings: Any, seed: int) -> dict[str, np.ndarray]:
    """Return latents (images, D) of every sampler."""
    from tfvae import randomness
    from tfvae.sampling.fitted import fit_gaussian, fit_mixture, fitted_shift
    from tfvae.sampling.transforms import scaled, shifted

    prior = generator.prior_latents(settings.images, "augmented sampling")
    aggregated = generator.aggregated_posterior(x_train, settings.images)
    mixture = fit_mixture(aggregated, settings.components, seed)
    fitted: dict[str, Any] = {"gaussian": fit_gaussian(aggregated), "mixture": mixture}
    return {
        "prior": prior,
        "scaled": scaled(prior, settings.scale),
        "shifted": shifted(prior, settings.shift),
        "shifted_fit": shifted(prior, fitted_shift(aggregated) - prior.mean(axis=0)),
        **{name: one.sample(settings.images, randomness.generator(seed, name)) for name, one in fitted.items()},
    }


def measure(sampling: Sampling, shared: tuple[Yardstick, Any], progress: Progress) -> dict[str, Any]:
    """Return {sampler: metrics} of one model: all metrics, precision, recall, density, coverage and blank share."""
    from tfvae.evaluation.blank import blank_share
    from tfvae.evaluation.generated import Images
    from tfvae.evaluation.precision_recall import precision_recall_density_coverage

    yardstick, settings = shared
    generator, meter = trained_generator(sampling, sampling.weights), Meter(yardstick)
    metrics: dict[str, Any] = {}
    for name, latents in sampled_latents(generator, yardstick.x_train, settings, sampling.seed).items():
        images = generator.images(latents)
        features, probabilities = meter.extract(images)
        few = slice(settings.neighbour_images)
        neighbours = precision_recall_density_coverage(yardstick.features[few], features[few], settings.neighbours)
        of_all = meter.metrics(Images.seen(features, probabilities))
        metrics[name] = {**of_all, **neighbours, "blank_share": blank_share(images)}
        progress.report(1)
    return metrics
