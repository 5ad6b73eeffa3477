"""The thesis's own measurements, defects included: they explain its printed numbers.

They exist to reproduce published figures; no result of this study is measured by them.
"""

from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.arguments import as_count
from tfvae.errors import Refused
from tfvae.evaluation.features import as_numbers
from tfvae.evaluation.total_variation import class_gaps


class PrintedLosses(TypedDict):
    """Rows of the thesis's tables: "MSE", "KL divergence" (times beta) and "Loss", their sum."""

    mse: float
    beta_x_kl: float
    loss: float


def max_class_gap_without_class_zero(labels_1: ArrayLike, labels_2: ArrayLike, num_classes: int) -> float:
    """Return the largest difference in the frequency of one class, max_c |p_c - q_c|, over the classes from 1 up.

    The thesis prints it as TVD. Its code counts those labels of a class that are not zero, hence none of class 0: a
    model that draws only zeros is .1135 away from the test set of MNIST, the frequency of the digit 1, instead of .902.
    Arguments as of `tfvae.evaluation.max_class_gap`, which counts class 0 like any other and is at least as large.

    Raises:
        Refused: if a set is empty, is not a vector of integers, or holds a label outside the range.
    """
    gaps, scale = class_gaps(labels_1, labels_2, num_classes)
    return int(gaps[1:].max(initial=0)) / scale


def last_batch(steps: int, batch_size: int, size: int) -> NDArray[np.int64]:
    """Return the positions, in the stored order, of the training images in the last step of a period, (batch_size,).

    Each period of the thesis's training restarts the unshuffled, cyclic order. With periods of 500 steps of 64 images
    the last batch is images 31936 to 31999, every period, and no later image is ever seen.

    Raises:
        Refused: if an argument is not an integer, `steps` in a period or `batch_size` is below 1, or `size`, the number
            of training images, below `batch_size`.
    """
    steps, batch_size = as_count(steps, "steps"), as_count(batch_size, "batch_size")
    size = as_count(size, "size", batch_size)
    return ((steps - 1) * batch_size + np.arange(batch_size, dtype=np.int64)) % size


def printed_losses(squared_errors: ArrayLike, kl: ArrayLike, beta: float) -> PrintedLosses:
    """Return the losses that the thesis prints for a model: means over the last mini-batch alone.

    Its "KL divergence" of a beta-VAE is beta times the divergence; tables of the stick-breaking model have beta = 1.
    With its 64 images, the mean squared error alone has a standard error of several per cent. The arguments are, for
    each image, the squared errors summed over its pixels, (B,), B >= 1, and the raw divergence in nats, (B,).

    Raises:
        Refused: if there is no image, the shapes differ or are not (B,), or a number is not finite.
    """
    errors, divergences = as_numbers(squared_errors, "squared_errors"), as_numbers(kl, "kl")
    if errors.ndim != 1 or errors.size == 0 or errors.shape != divergences.shape:
        raise Refused(
            "Both terms must be vectors of the same length, at least 1. "
            f"Received: squared_errors.shape={errors.shape}, kl.shape={divergences.shape}"
        )
    mse, weighted = float(errors.mean()), float(as_numbers(beta, "beta") * divergences.mean())
    return {"mse": mse, "beta_x_kl": weighted, "loss": mse + weighted}
