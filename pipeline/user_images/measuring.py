"""Measure a VAE of a user's own images: as any without classes, and its samplers beside the prior."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.experiment import unclassified
from pipeline.experiment.measuring import Measuring, trained_generator
from pipeline.experiment.yardstick import Classifier

_SMALLEST = 10  # rows or columns of what the feature network takes


@dataclass(frozen=True)
class Standard(unclassified.Standard):
    """The standard for all models of one dataset; `scale` and `components` are those of the samplers."""

    scale: float
    components: int


class PaddedClassifier(Classifier):
    """A classifier that sees images between black edges where they are too small for it."""

    def extractor(self) -> Any:
        """Return the extractor of images' features and class probabilities."""
        extract = super().extractor()
        return lambda images: extract(padded(images))


def padded(images: np.ndarray) -> np.ndarray:
    """Return images (N, H, W, C) with at least 10 rows and columns, black ones added below and on the right."""
    missing = [(0, max(_SMALLEST - length, 0)) for length in images.shape[1:3]]
    return np.pad(images, [(0, 0), *missing, (0, 0)])


def measure(measuring: Measuring, trained: Mapping[str, Any], standard: Standard) -> dict[str, Any]:
    """Return "metrics" and "pictures" as `pipeline.experiment.unclassified.measure`, and metrics of the samplers.

    "scaled" are latents of the prior times a large factor, "mixture" those of a Gaussian mixture that is fitted to
    latents of training images.
    """
    from tfvae import randomness
    from tfvae.sampling.fitted import fit_mixture
    from tfvae.sampling.transforms import scaled

    result, seed = unclassified.measure(measuring, trained, standard), measuring.training.seed
    generator = trained_generator(measuring.training, trained["weights"][""])
    prior = generator.prior_latents(measuring.images, "samples")
    latents = generator.aggregated_posterior(standard.yardstick.x_train, measuring.images)
    mixture = fit_mixture(latents, standard.components, seed)
    drawn = {
        "scaled": scaled(prior, standard.scale),
        "mixture": mixture.sample(measuring.images, randomness.generator(seed, "mixture")),
    }
    judge = unclassified.Judge(standard)
    result["metrics"]["samplers"] = {name: judge.of_samples(generator.images(one)) for name, one in drawn.items()}
    return result
