"""Generated images, seen through a classifier, measured against reference images."""

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tfvae.errors import Refused
from tfvae.evaluation.metrics import METRICS, Metric
from tfvae.evaluation.moments import Moments, gaussian_statistics


@dataclass(frozen=True, kw_only=True)
class Images:
    """The view of a classifier on N images.

    Args:
        moments: mean (D,) and covariance (D, D) of the features (`gaussian_statistics`).
        labels: the most probable classes, (N,), integers.
        features: (N, D), or None where no metric of features is asked for.
        probabilities: p(class | image), (N, K), or None where no metric of probabilities is asked for.
    """

    moments: Moments
    labels: NDArray[Any]
    features: ArrayLike | None = None
    probabilities: ArrayLike | None = None

    @classmethod
    def seen(cls, features: ArrayLike, probabilities: ArrayLike) -> Self:
        """Return images by their features (N, D), N >= 2, and the probabilities of their classes (N, K)."""
        labels = np.asarray(probabilities).argmax(axis=1)
        return cls(moments=gaussian_statistics(features), labels=labels, features=features, probabilities=probabilities)


@dataclass(frozen=True, kw_only=True)
class Reference(Images):
    """Real images to measure against.

    Args:
        num_classes: K.
        fid_mean_image: FID of copies of the mean training image, the unit of a relative FID; > 0.
    """

    num_classes: int
    fid_mean_image: float


def evaluate(generated: Images, reference: Reference, names: Collection[str] | None = None) -> dict[str, float]:
    """Return {name: value} of the metrics `names` (keys of `METRICS`; None for all) of generated images, in this order.

    Raises:
        Refused: if a name is unknown, its metric needs what is None, or a metric refuses its arguments.
    """
    names = METRICS if names is None else names
    unknown = [name for name in names if name not in METRICS]
    if unknown:
        raise Refused(f"Unknown metric; the known ones are {', '.join(METRICS)}. Received: {', '.join(unknown)}")
    metrics = {name: METRICS[name] for name in names}
    values: dict[str, float] = {}  # of each function: a metric and its relative form are computed once
    for metric in metrics.values():
        if metric.function not in values:
            module, _, name = metric.function.partition(":")
            function = getattr(import_module(module), name)
            values[metric.function] = function(*_arguments(metric, generated, reference))
    return {
        name: values[metric.function] / (getattr(reference, metric.relative_to) if metric.relative_to else 1.0)
        for name, metric in metrics.items()
    }


def _arguments(metric: Metric, generated: Images, reference: Reference) -> tuple[Any, ...]:
    arguments: dict[str, tuple[Any, ...]] = {
        "moments": (*generated.moments, *reference.moments),
        "features": (generated.features, reference.features),
        "labels": (generated.labels, reference.labels, reference.num_classes),
        "probabilities": (generated.probabilities,),
    }
    if any(argument is None for argument in arguments[metric.compares]):
        raise Refused(f"{metric.title} needs {metric.compares}, which are None")
    return arguments[metric.compares]
