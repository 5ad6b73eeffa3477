"""Measure a VAE, or a conditional one by the samples of each requested class."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.conditional_vae.training import SHOWN, labels_for
from pipeline.experiment.accuracy_score import accuracy_score
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.measuring import Measuring, Meter, trained_generator
from pipeline.experiment.pictures import tsne_plane
from pipeline.experiment.training import Training
from pipeline.experiment.yardstick import Yardstick
from tfvae.images import to_bytes


@dataclass(frozen=True)
class Standard:
    """The standard for both models of one dataset, with the true classes (N,) and (M,) of its images."""

    yardstick: Yardstick
    y_train: np.ndarray
    y_test: np.ndarray
    score: ClassifierTraining
    tsne_images: int


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Measure one trained model by images with the labels of as many training images.

    Return "metrics", "pictures" (arrays, if wanted) and "confusion" (K, K): counts of requested against received
    classes.
    """
    from tfvae import randomness
    from tfvae.evaluation.confusion import confusion
    from tfvae.evaluation.latent_space import silhouettes
    from tfvae.sampling.encoding import posterior_means

    training, yardstick, y_test = measuring.training, standard.yardstick, standard.y_test
    generator, meter = trained_generator(training, trained["weights"][""]), Meter(yardstick)
    x_test = yardstick.x_test
    # Training images that give their labels to the generated ones, without a repetition.
    drawn = randomness.generator(training.seed, "requested labels").permutation(len(standard.y_train))
    rows = drawn[: measuring.images]
    requested = labels_for(training, standard.y_train[rows])
    images = generator.images(generator.prior_latents(len(rows), "measured"), requested)
    losses = generator.reconstruct(x_test, labels=labels_for(training, y_test)).mean_terms()
    means = posterior_means(generator.model, x_test, labels_for(training, y_test))
    metrics: dict[str, Any] = {**meter.final(images), **losses, "silhouette": silhouettes(means, y_test).score}
    result: dict[str, Any] = {"metrics": metrics, "pictures": {}}
    if measuring.pictures:
        result["pictures"] = {
            **_pictures(generator, training, standard, to_bytes(trained["first_epoch"])),
            "plane": tsne_plane(means[: standard.tsne_images], training.seed),
            "labels": y_test[: standard.tsne_images],
        }
    if requested is not None:
        counts = confusion(requested, meter.extract(images)[1].argmax(axis=1), meter.num_classes)
        result["confusion"] = counts
        metrics |= _agreement(counts)
        score = replace(standard.score, seed=training.seed)
        for name, examples in (("cas", to_bytes(images)), ("cas_ceiling", yardstick.x_train[rows])):
            metrics[name] = accuracy_score(examples, requested, score, yardstick, y_test)
    return result


def best(measuring: None, searched: Mapping[str, Any], yardstick: None) -> Mapping[str, Any]:
    """Return the complete trial with the lowest loss in a search; RuntimeError if none is complete."""
    complete = [row for row in searched["trials"] if row["state"] == "complete"]
    if not complete:
        raise RuntimeError("Every trial of the search diverged; choose lower learning rates")
    return min(complete, key=lambda row: float(row["losses"][-1]))


def _agreement(counts: np.ndarray) -> dict[str, Any]:
    """Return the shares of images of the requested class, among all and among those of each class."""
    shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    return {
        "agreement": float(np.trace(counts) / counts.sum()),
        "agreement_per_class": {str(label): float(share) for label, share in enumerate(shares)},
    }


def _pictures(generator: Any, training: Training, standard: Standard, first_epoch: np.ndarray) -> dict[str, np.ndarray]:
    """Return uint8 images for the figures; "samples" (classes, 10, H, W, C) share their latents by column."""
    originals, labels = standard.yardstick.x_test[:SHOWN], standard.y_test[:SHOWN]
    classes = int(standard.y_test.max()) + 1
    requested = labels_for(training, np.repeat(np.arange(classes), SHOWN))
    if requested is None:
        latents = generator.prior_latents(SHOWN * classes, "pictures")
    else:
        latents = np.tile(generator.prior_latents(SHOWN, "pictures"), (classes, 1))
    samples = to_bytes(generator.images(latents, requested))
    reconstructions = generator.reconstruct(originals, labels=labels_for(training, labels))
    return {
        "samples": samples.reshape(classes, SHOWN, *samples.shape[1:]),
        "originals": originals,
        "first_epoch": first_epoch,
        "last_epoch": to_bytes(reconstructions.images),
    }
