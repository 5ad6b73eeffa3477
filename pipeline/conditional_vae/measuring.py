"""Measure a VAE, or a conditional one by what it draws of each requested class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.conditional_vae.search import best
from pipeline.conditional_vae.training import SHOWN, ConditionalTraining, generator_of, labels_for
from pipeline.experiment.accuracy_score import accuracy_score
from pipeline.experiment.classifier_training import ClassifierTraining
from pipeline.experiment.measuring import Meter
from pipeline.experiment.pictures import to_bytes
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

    training: ConditionalTraining
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
    from tfvae.models.registry import build_model
    from tfvae.randomness import generator
    from tfvae.training.runtime import use_one_core

    use_one_core()
    training, meter = measuring.training, Meter(yardstick.yardstick)
    network = build_model(training.configuration)
    network.set_weights(trained["weights"][""])
    model = _Model(network, training, yardstick)
    # Training images that give their labels to the generated ones, without a repetition.
    rows = generator(training.seed, "requested labels").permutation(len(yardstick.y_train))[: measuring.images]
    labels = yardstick.y_train[rows]
    images = model.images(model.generator.prior_latents(len(labels), "measured"), labels)
    result: dict[str, Any] = {"metrics": {**meter.final(images), **model.on_test_images()}, "pictures": {}}
    if measuring.tsne_images is not None:
        result["pictures"] = model.pictures(to_bytes(trained["first_epoch"]), measuring.tsne_images)
    if training.is_conditional:
        received = meter.extract(images)[1].argmax(axis=1)
        metrics, result["confusion"] = _agreement(labels, received, meter.num_classes)
        result["metrics"] |= metrics
        for name, examples in (("cas", to_bytes(images)), ("cas_ceiling", yardstick.yardstick.x_train[rows])):
            score = accuracy_score(examples, labels, measuring.score, yardstick.yardstick, yardstick.y_test)
            result["metrics"][name] = score
    return result


def choose(measuring: None, searched: Mapping[str, Any], yardstick: None) -> Mapping[str, Any]:
    """Return the best trial of what `pipeline.conditional_vae.search.search` returns."""
    return best(searched["trials"])


def _agreement(requested: np.ndarray, received: np.ndarray, num_classes: int) -> tuple[dict[str, Any], np.ndarray]:
    """Return the shares of images that are of the requested class, of all and of each class, and the counts."""
    from tfvae.evaluation.confusion import confusion

    counts = confusion(requested, received, num_classes)
    shares = np.diag(counts) / np.maximum(counts.sum(axis=1), 1)
    metrics = {
        "agreement": float(np.trace(counts) / counts.sum()),
        "agreement_per_class": {str(label): float(share) for label, share in enumerate(shares)},
    }
    return metrics, counts


class _Model:
    """A trained model; a conditional one gets the labels of its methods, a plain one does without."""

    def __init__(self, network: Any, training: ConditionalTraining, yardstick: LabelledYardstick) -> None:
        self.network, self.training, self.generator = network, training, generator_of(network, training)
        self.x_test, self.y_test = yardstick.yardstick.x_test, yardstick.y_test

    def images(self, latents: np.ndarray, labels: np.ndarray) -> Any:
        return self.generator.images(latents, **labels_for(self.training, labels))

    def reconstruct(self, count: int) -> Any:
        return self.generator.reconstruct(self.x_test[:count], **labels_for(self.training, self.y_test[:count]))

    def means(self) -> np.ndarray:
        """Return the posterior means of the test images, (N, D)."""
        if self.training.is_conditional:
            return np.asarray(self.generator.posterior_means(self.x_test, self.y_test))
        from tfvae.sampling.encoding import posterior_parameters

        return np.asarray(self.network.posterior.mean(posterior_parameters(self.network, self.x_test)))

    def on_test_images(self) -> dict[str, float]:
        from tfvae.evaluation.latent_space import silhouettes

        reconstructions = self.reconstruct(len(self.x_test))
        distortion, kl = (
            float(np.mean(term, dtype=np.float64)) for term in (reconstructions.distortion, reconstructions.kl)
        )
        silhouette = silhouettes(self.means(), self.y_test).score
        return {"loss": distortion + kl, "distortion": distortion, "kl": kl, "silhouette": silhouette}

    def pictures(self, first_epoch: np.ndarray, tsne_images: int) -> dict[str, np.ndarray]:
        """Return what the figures show, images as uint8.

        "samples" (classes, 10, H, W, C) of a conditional model have a class per row and share their latents by column.
        """
        from sklearn.manifold import TSNE

        conditional, seed = self.training.is_conditional, self.training.seed
        classes, few = int(self.y_test.max()) + 1, slice(tsne_images)
        columns = self.generator.prior_latents(SHOWN if conditional else SHOWN * classes, "pictures")
        latents = np.tile(columns, (classes, 1)) if conditional else columns
        samples = to_bytes(self.images(latents, np.repeat(np.arange(classes), SHOWN)))
        plane = TSNE(init="pca", learning_rate="auto", random_state=seed, n_jobs=1).fit_transform(self.means()[few])
        return {
            "samples": samples.reshape(classes, SHOWN, *samples.shape[1:]),
            "originals": self.x_test[:SHOWN],
            "first_epoch": first_epoch,
            "last_epoch": to_bytes(self.reconstruct(SHOWN).images),
            "plane": plane.astype(np.float32),
            "labels": self.y_test[few],
        }
