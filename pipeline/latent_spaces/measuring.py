"""Measure the latents of one trained model: how they separate the classes, or the likelihood of binarised images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment.measuring import Measuring, trained_generator
from pipeline.experiment.pictures import traversal_pictures, tsne_plane
from pipeline.latent_spaces.training import BINARIZATION_SEED, LatentTraining
from tfvae.images import to_bytes

_SHOWN, _ACTIVE_ABOVE = 10, 0.01


@dataclass(frozen=True)
class LabelledImages:
    """The images (N, H, W, C) uint8 and classes (N,) that all models are measured with, and the stage's settings."""

    x_probe: np.ndarray
    y_probe: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    tsne_images: int
    neighbours: Sequence[int]
    importance_samples: int


def measure(measuring: Measuring, trained: Mapping[str, Any], images: LabelledImages) -> dict[str, Any]:
    """Return a trained model's "metrics" (numbers, and mappings of names to numbers), and "pictures" if wanted."""
    training, generator = measuring.training, trained_generator(measuring.training, trained["weights"][""])
    assert isinstance(training, LatentTraining)
    losses = {name: value for name, value in trained["row"].items() if name.startswith("validation")}
    if training.binarized:
        likelihood = _likelihood(generator.model, images, training.seed)
        return {"metrics": {"best_epoch": trained["row"]["epoch"], **losses, **likelihood}, "pictures": {}}
    metrics, latents = _latent_metrics(generator.model, images)
    pictures = _pictures(generator, latents, training.seed, images) if measuring.pictures else {}
    return {"metrics": {**losses, **metrics}, "pictures": pictures}


def _latent_metrics(model: Any, images: LabelledImages) -> tuple[dict[str, Any], np.ndarray]:
    """Return the metrics of the posterior means of the test images, and these means (N, D)."""
    from tfvae.evaluation import latent_space
    from tfvae.sampling.encoding import posterior_means, posterior_parameters

    parameters = posterior_parameters(model, images.x_test)
    latents = np.asarray(model.posterior.mean(parameters))
    of_probe = posterior_means(model, images.x_probe)
    silhouettes = latent_space.silhouettes(latents, images.y_test)
    errors = latent_space.neighbour_errors(latents, images.y_test, images.neighbours)
    metrics: dict[str, Any] = {
        "silhouette": silhouettes.score,
        "silhouette_per_class": {str(label): value for label, value in silhouettes.per_class.items()},
        "neighbour_error": {str(k): error for k, error in errors.items()},
        "linear_probe_accuracy": latent_space.linear_probe_accuracy(of_probe, images.y_probe, latents, images.y_test),
        "active_units": int(latent_space.active_units(latents, _ACTIVE_ABOVE).sum()),
    }
    if parameters.shape[1] == 2 * latents.shape[1]:  # a Gaussian: means and log-variances
        rates = latent_space.kl_per_dimension(*np.split(parameters, 2, axis=1))
        # Which dimension is which differs between seeds, so they are named by their rank.
        metrics["kl_per_dimension"] = {str(rank + 1): float(kl) for rank, kl in enumerate(np.sort(rates)[::-1])}
    return metrics, latents


def _likelihood(model: Any, images: LabelledImages, seed: int) -> dict[str, float]:
    """Return the negative log-likelihood of the binarised test images, and its bound, in nats per image."""
    from tfvae.evaluation.importance import elbos, importance_log_likelihoods
    from tfvae.sampling.binary import binarize
    from tfvae.sampling.importance import importance_log_weights

    binary = binarize(images.x_test, BINARIZATION_SEED, "binarized test")
    weights = importance_log_weights(model, binary, images.importance_samples, seed)
    return {
        "negative_log_likelihood": -float(importance_log_likelihoods(weights).mean()),
        "negative_elbo": -float(elbos(weights).mean()),
    }


def _pictures(generator: Any, latents: np.ndarray, seed: int, images: LabelledImages) -> dict[str, np.ndarray]:
    """Return images as uint8, and coordinates of the test images' latents, for the figures."""
    from tfvae.evaluation.latent_space import silhouettes

    labels = images.y_test
    centroids = np.stack([latents[labels == label].mean(axis=0) for label in np.unique(labels)])
    return {
        "originals": images.x_test[:_SHOWN],
        "reconstructions": to_bytes(generator.images(latents[:_SHOWN])),
        "centroids": to_bytes(generator.images(centroids)),
        "samples": to_bytes(generator.images(generator.prior_latents(_SHOWN, "pictures"))),
        "traversals": traversal_pictures(generator, images.x_test, latents[0]),
        "plane": tsne_plane(latents[: images.tsne_images], seed),
        "silhouettes": silhouettes(latents, labels).values.astype(np.float32),
        "labels": labels,
    }
