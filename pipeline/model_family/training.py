"""Train one model of the family, on grey images or on those images turned into black and white."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pipeline.experiment import training
from tfvae.training.jobs import Progress

BINARIZATION_SEED = 0  # images are binarised once for all models and seeds


@dataclass(frozen=True)
class FamilyTraining(training.Training):
    """How one model is trained, and whether it sees the images as they are, or binarised."""

    pixels: Literal["grey", "binary"] = "grey"


def seen(images: np.ndarray, pixels: str, part: str) -> np.ndarray:
    """Return what a model sees of the training or test images (N, H, W, C) uint8: of binary pixels, 0 and 255.

    A pixel is white with the probability of its brightness, drawn once ("statically"; Salakhutdinov & Murray, 2008,
    https://doi.org/10.1145/1390156.1390266). `part` keys the draw.
    """
    from tfvae.sampling.binary import binarize

    return images if pixels == "grey" else binarize(images, BINARIZATION_SEED, f"binarized {part}")


def train(job: FamilyTraining, images: np.ndarray, progress: Progress) -> dict[str, Any]:
    """Train one model on images (N, H, W, C) uint8; see `pipeline.experiment.training.train`."""
    return training.train(job, training.TrainingData(seen(images, job.pixels, "training")), progress)
