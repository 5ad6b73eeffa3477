"""Names of the metrics, as in the study's records, and where each is computed.

A new metric is one file and one line here. Modules are imported on first use.
"""

import importlib
from collections.abc import Callable
from typing import Any

from tfvae.errors import Refused

METRICS: dict[str, str] = {
    "fid": "tfvae.evaluation.frechet:fid",
    "kid": "tfvae.evaluation.kernel_distance:kid",
    "kid_subsets": "tfvae.evaluation.kernel_distance:kid_subsets",
    "inception_score": "tfvae.evaluation.inception:inception_score",
    "tvd": "tfvae.evaluation.total_variation:total_variation_distance",
    "max_class_gap": "tfvae.evaluation.total_variation:max_class_gap",
    "max_class_gap_without_class_zero": "tfvae.evaluation.legacy:max_class_gap_without_class_zero",
    "precision_recall": "tfvae.evaluation.precision_recall:precision_recall_density_coverage",
}


def metric(name: str) -> Callable[..., Any]:
    """Return the function that computes a metric.

    Args:
        name: a key of `METRICS`. What the function takes is in its own documentation: two sets of features, two sets
            of labels, or probabilities.

    Raises:
        ValueError: if the name is unknown.
    """
    if name not in METRICS:
        raise Refused(f"Unknown metric; the known ones are {', '.join(METRICS)}. Received: name={name!r}")
    module, _, function = METRICS[name].partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found
