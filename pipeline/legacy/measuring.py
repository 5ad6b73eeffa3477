"""Measure models of the thesis's protocol in every way in which a protocol may publish them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Meter, measure_on_test_images, trained_generator
from pipeline.experiment.training import Training
from pipeline.experiment.yardstick import Classifier, Yardstick
from pipeline.legacy.protocol import CLAMPED
from tfvae.evaluation.frechet import fid
from tfvae.evaluation.legacy import max_class_gap_without_class_zero, printed_losses
from tfvae.evaluation.total_variation import max_class_gap

METRICS = ("loss", "mse", "beta_x_kl", "fid", "fid_scaled", "tvd_max")


@dataclass(frozen=True)
class LegacyMeasuring:
    """The measuring of one model: with `samplers` a fitted density too, with `mixed` FIDs of two classifiers too."""

    training: Training
    samplers: bool
    mixed: bool


@dataclass(frozen=True)
class Shared:
    """The standard for all models of one dataset and network.

    The thesis took the `reference`, the classifier of another dataset, for the real images. `images` are generated of
    each model, `scale` is the factor of the "augmented" latents, `components` counts Gaussians of the fitted mixture.
    """

    yardstick: Yardstick
    reference: Classifier
    images: int
    scale: float
    components: int


def measure(measuring: LegacyMeasuring, trained: Mapping[str, Any], shared: Shared) -> dict[str, Any]:
    """Return the metrics of a trained model in every way that a protocol may measure it.

    "last_batch" and "test_set" are {"mse", "kl"} of the last mini-batch with the noise of its training, and of the test
    images with fresh noise; "trained_noise" is the "mse" of test images with a frozen noise of training; "fid"
    {sampler: {"same_dataset", and "other_dataset" if `mixed`}}; "contrast" {sampler: mean of |2 y - 1| over the
    pixels}; "tvd_max" {"nonzero", "all"}.
    """
    from tfvae.training.loop import Trainer, schedule_of

    training, yardstick, schedule = measuring.training, shared.yardstick, schedule_of(measuring.training.schedule)
    generator, meter = trained_generator(training, trained["weights"][""]), Meter(yardstick)
    test = measure_on_test_images(generator, meter, schedule.beta)
    trainer = Trainer(generator.model, yardstick.x_train, schedule, training.seed)
    trainer.fits = training.periods  # the last of them drew the noise of the last batch
    distortion, kl = trainer.batch_terms(training.steps - 1)
    metrics: dict[str, Any] = {
        "last_batch": {"mse": float(distortion), "kl": float(kl)},
        "test_set": {name: test[name] for name in ("mse", "kl")},
        "fid": {},
        "contrast": {},
    }
    if schedule.epsilons == "frozen":
        held_out = Trainer(generator.model, yardstick.x_test, schedule, training.seed)
        batches = range(len(yardstick.x_test) // schedule.batch_size)
        metrics["trained_noise"] = float(np.mean([held_out.batch_terms(step)[0] for step in batches]))
    references = {"same_dataset": yardstick.features}
    if measuring.mixed:
        references["other_dataset"] = shared.reference.extractor()(yardstick.x_test)[0]
    for name, latents in sampled_latents(generator, training.seed, measuring.samplers, shared).items():
        images = generator.images(latents)
        features, probabilities = meter.extract(images)
        metrics["fid"][name] = {source: fid(features, real) for source, real in references.items()}
        metrics["contrast"][name] = contrast(images)
        if name == "prior":
            compared = probabilities.argmax(axis=1), yardstick.labels, meter.num_classes
            gaps = {"nonzero": max_class_gap_without_class_zero(*compared), "all": max_class_gap(*compared)}
            metrics["tvd_max"] = gaps
    return metrics


def sampled_latents(generator: Any, seed: int, samplers: bool, shared: Shared) -> dict[str, np.ndarray]:
    """Return latents (images, D) by sampler: prior and scaled; with `samplers` also those of a fitted mixture.

    "reconstructions" are draws from the posterior of training images, which the mixture is fitted to.
    """
    from tfvae import randomness
    from tfvae.sampling.fitted import fit_mixture
    from tfvae.sampling.transforms import scaled

    images = shared.images
    prior = generator.prior_latents(images, "prior")
    latents = {"prior": prior, "scaled": scaled(prior, shared.scale)}
    if samplers:
        aggregated = generator.aggregated_posterior(shared.yardstick.x_train, images)
        mixture = fit_mixture(aggregated, shared.components, seed).sample(images, randomness.generator(seed, "mixture"))
        latents |= {"mixture": mixture, "reconstructions": aggregated}
    return latents


def contrast(images: np.ndarray) -> float:
    """Return the mean of |2 y - 1| over the pixels of images in [0, 1]: 1 for black and white, 0 for grey."""
    return float(np.mean(np.abs(2.0 * images - 1.0), dtype=np.float64))


def mixes(network: str, model: str, dataset: str, reference: str) -> bool:
    """Return whether the thesis took real features from `reference`: in all Fashion-MNIST but its dense beta-VAE."""
    return dataset != reference and (network == "cnn" or model == CLAMPED)


def metrics(measured: Mapping[str, Any], beta: float, protocol: Mapping[str, Any]) -> dict[str, float]:
    """Return the published `METRICS` from `measure`, by a protocol's switches in `MEASURED`; beta weighs the KL."""
    terms, features = measured[protocol["losses"]], protocol["reference_features"]
    distances = {name: fids.get(features, fids["same_dataset"]) for name, fids in measured["fid"].items()}
    return {
        **printed_losses([terms["mse"]], [terms["kl"]], beta),
        "fid": distances["prior"],
        "fid_scaled": distances["scaled"],
        "tvd_max": measured["tvd_max"][protocol["tvd_classes"]],
    }
