"""Measure a VAE, or a conditional one by the samples of each requested class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.conditional_vae.training import SHOWN, labels_for
from pipeline.experiment.accuracy_score import accuracy_score
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.measuring import Meter, trained_generator
from pipeline.experiment.pictures import to_bytes, tsne_plane
from pipeline.experiment.training import Training
from pipeline.experiment.yardstick import Yardstick


@dataclass(frozen=True)
class ConditionalMeasuring:
    """What is measured of one trained model.

    Args:
        training: how it was trained.
        images: how many are generated, with the labels of as many training images.
        score: how the classifier of the accuracy score is trained.
        tsne_images: test images that t-SNE arranges, if pictures for the figures are wanted; None: they are not.
    """

    training: Training
    images: int
    score: ClassifierTraining
    tsne_images: int | None


@dataclass(frozen=True)
class LabelledYardstick:
    """What images are compared with, and the true classes of its training and test images."""

    yardstick: Yardstick
    y_train: np.ndarray
    y_test: np.ndarray


def measure(
    measuring: ConditionalMeasuring, trained: Mapping[str, Any], yardstick: LabelledYardstick
) -> dict[str, Any]:
    """Measure one trained model.

    Args:
        measuring: what is wanted.
        trained: as `pipeline.conditional_vae.training.train` returns it.
        yardstick: what it is compared with.

    Returns:
        "metrics" (numbers, and mappings of names to numbers), "confusion" (of a conditional model: counts (K, K) of
        requested against received classes) and "pictures" (arrays, if they are wanted).
    """
    from tfvae import randomness
    from tfvae.evaluation.latent_space import silhouettes
    from tfvae.sampling.encoding import posterior_means

    training, x_test, y_test = measuring.training, yardstick.yardstick.x_test, yardstick.y_test
    generator, meter = trained_generator(training, trained), Meter(yardstick.yardstick)
    # Training images that give their labels to the generated ones, without a repetition.
    rows = randomness.generator(training.seed, "requested labels").permutation(len(yardstick.y_train))[
        : measuring.images
    ]
    requested = labels_for(training, yardstick.y_train[rows])
    images = generator.images(generator.prior_latents(len(rows), "measured"), requested)
    losses = generator.reconstruct(x_test, labels=labels_for(training, y_test)).mean_terms()
    means = posterior_means(generator.model, x_test, labels_for(training, y_test))
    metrics = {**meter.final(images), **losses, "silhouette": silhouettes(means, y_test).score}
    result: dict[str, Any] = {"metrics": metrics, "pictures": {}}
    if measuring.tsne_images is not None:
        result["pictures"] = {
            **_pictures(generator, training, yardstick, to_bytes(trained["first_epoch"])),
            "plane": tsne_plane(means[: measuring.tsne_images], training.seed),
            "labels": y_test[: measuring.tsne_images],
        }
    if requested is not None:
        received = meter.extract(images)[1].argmax(axis=1)
        agreement, result["confusion"] = _agreement(requested, received, meter.num_classes)
        result["metrics"] |= agreement
        for name, examples in (("cas", to_bytes(images)), ("cas_ceiling", yardstick.yardstick.x_train[rows])):
            score = accuracy_score(examples, requested, measuring.score, yardstick.yardstick, y_test)
            result["metrics"][name] = score
    return result


def best(measuring: None, searched: Mapping[str, Any], yardstick: None) -> Mapping[str, Any]:
    """Return the complete trial with the lowest loss of what `pipeline.conditional_vae.search.search` returns.

    Raises:
        RuntimeError: if none is complete.
    """
    complete = [row for row in searched["trials"] if row["state"] == "complete"]
    if not complete:
        raise RuntimeError("Every trial of the search diverged; choose lower learning rates")
    return min(complete, key=lambda row: float(row["losses"][-1]))


def _agreement(requested: np.ndarray, received: np.ndarray, num_classes: int) -> tuple[dict[str, Any], np.ndarray]:
    """Return the shares of images of the requested class, among all and among those of each class; and the counts."""
    from tfvae.evaluation.confusion import confusion

    counts = confusion(requested, received, num_classes)
    shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    metrics = {
        "agreement": float(np.trace(counts) / counts.sum()),
        "agreement_per_class": {str(label): float(share) for label, share in enumerate(shares)},
    }
    return metrics, counts


def _pictures(
    generator: Any, training: Training, yardstick: LabelledYardstick, first_epoch: np.ndarray
) -> dict[str, np.ndarray]:
    """Return images as uint8 for the figures.

    "samples" (classes, 10, H, W, C) of a conditional model have a class per row and share their latents by column.
    """
    originals, labels = yardstick.yardstick.x_test[:SHOWN], yardstick.y_test[:SHOWN]
    classes = int(yardstick.y_test.max()) + 1
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
