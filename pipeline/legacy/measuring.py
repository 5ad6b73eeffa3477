"""What is measured of models of the thesis's protocol: everything that a protocol may publish of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Meter, measure_on_test_images
from pipeline.experiment.running import Experiment
from pipeline.experiment.yardstick import Yardstick
from pipeline.legacy.protocol import CLAMPED
from tfvae.evaluation.frechet import fid
from tfvae.evaluation.legacy import max_class_gap_without_class_zero, printed_losses
from tfvae.evaluation.total_variation import max_class_gap

METRICS = ("loss", "mse", "beta_x_kl", "fid", "fid_scaled", "tvd_max")


@dataclass(frozen=True)
class Shared:
    """What all models of one dataset and network are measured with.

    Args:
        yardstick: of the dataset.
        reference: its images with the classifier of another dataset, which the thesis took for the real images.
        scale: factor of the "augmented" latents.
        components: of the Gaussian mixture fitted to the aggregated posterior.
    """

    yardstick: Yardstick
    reference: Yardstick
    scale: float
    components: int


def measure(trainer: Any, planned: Experiment, samplers: bool, mixed: bool, shared: Shared) -> dict[str, Any]:
    """Return what a trained model is, in every way that a protocol may measure it.

    Returns:
        "last_batch", "test_set": {"mse", "kl"}: of the last mini-batch with the noise of its training, and of the test
            images with fresh noise; "trained_noise": the "mse" of test images with the noise of training, where that
            is frozen; "fid": {sampler: {"same_dataset", and "other_dataset" if `mixed`}}; "contrast": {sampler: mean
            of |2 y - 1| over the pixels}; "tvd_max": {"nonzero", "all"}.
    """
    from tfvae.sampling.generation import Generator
    from tfvae.training.loop import Trainer

    model, yardstick = trainer.model, shared.yardstick
    generator, meter = Generator(model, planned.seed), Meter(yardstick)
    test = measure_on_test_images(generator, meter, planned.schedule["beta"])
    distortion, kl = trainer.batch_terms(planned.steps - 1)
    measured: dict[str, Any] = {
        "last_batch": {"mse": float(distortion), "kl": float(kl)},
        "test_set": {name: test[name] for name in ("mse", "kl")},
        "fid": {},
        "contrast": {},
    }
    if trainer.schedule.epsilons == "frozen":
        held_out = Trainer(model, yardstick.x_test, trainer.schedule, planned.seed)
        batches = range(len(yardstick.x_test) // trainer.schedule.batch_size)
        measured["trained_noise"] = float(np.mean([held_out.batch_terms(step)[0] for step in batches]))
    references = {"same_dataset": yardstick.features}
    if mixed:
        references["other_dataset"] = Meter(shared.reference).extract(yardstick.x_test)[0]
    for name, latents in sampled_latents(generator, planned, samplers, shared).items():
        images = generator.images(latents)
        features, probabilities = meter.extract(images)
        measured["fid"][name] = {source: fid(features, real) for source, real in references.items()}
        measured["contrast"][name] = contrast(images)
        if name == "prior":
            compared = probabilities.argmax(axis=1), yardstick.labels, meter.num_classes
            measured["tvd_max"] = {
                "nonzero": max_class_gap_without_class_zero(*compared),
                "all": max_class_gap(*compared),
            }
    return measured


def sampled_latents(generator: Any, planned: Experiment, samplers: bool, shared: Shared) -> dict[str, np.ndarray]:
    """Return latents (images, D): prior and scaled; and with `samplers` those of a fitted mixture and of the posterior.

    "reconstructions" are draws from the posterior of training images, to which the mixture is fitted: what a sampler
    without any fault would draw.
    """
    from tfvae import randomness
    from tfvae.sampling.fitted import fit_mixture
    from tfvae.sampling.transforms import scaled

    prior = generator.prior_latents(planned.images, "prior")
    latents = {"prior": prior, "scaled": scaled(prior, shared.scale)}
    if samplers:
        x_train, seed = shared.yardstick.x_train, planned.seed
        chosen = randomness.generator(seed, "aggregated posterior").permutation(len(x_train))[: planned.images]
        aggregated = generator.posterior_latents(x_train[chosen], "aggregated posterior")
        mixture = fit_mixture(aggregated, shared.components, seed)
        drawn = mixture.sample(planned.images, randomness.generator(seed, "mixture"))
        latents |= {"mixture": np.asarray(drawn, np.float32), "reconstructions": aggregated}
    return latents


def contrast(images: np.ndarray) -> float:
    """Return the mean of |2 y - 1| over the pixels of images in [0, 1]: 1 for black and white, 0 for grey."""
    return float(np.mean(np.abs(2.0 * images - 1.0), dtype=np.float64))


def mixes(network: str, model: str, dataset: str, reference: str) -> bool:
    """Return whether the thesis's notebook took features of the real images from the classifier of `reference`.

    It did so in every notebook of Fashion-MNIST but that of the dense beta-VAE.
    """
    return dataset != reference and (network == "cnn" or model == CLAMPED)


def metrics(measured: Mapping[str, Any], beta: float, protocol: Mapping[str, Any]) -> dict[str, float]:
    """Return what is published of a trained model, `METRICS`, under a protocol's way of measuring.

    Args:
        measured: of one seed, see `measure`.
        beta: weight of the KL term.
        protocol: its switches in `MEASURED` decide.
    """
    terms = measured[protocol["losses"]]
    losses = printed_losses([terms["mse"]], [terms["kl"]], beta)
    features = protocol["reference_features"]
    distances = {name: found.get(features, found["same_dataset"]) for name, found in measured["fid"].items()}
    return {
        **losses,
        "fid": distances["prior"],
        "fid_scaled": distances["scaled"],
        "tvd_max": measured["tvd_max"][protocol["tvd_classes"]],
    }
