"""The metrics of generated images, as plain data: records, tables and pages read them here.

A new metric is one file and one entry. Modules are imported when a metric is computed (`evaluate`).
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Metric:
    """How a metric is computed and shown.

    Args:
        function: "module:function".
        compares: the function's arguments. "moments": mean and covariance of the features of the generated images, then
            those of the reference; "features": the two sets of features; "labels": the two sets of labels and the
            number of classes; "probabilities": those of the generated images alone.
        title: heading of a column, on a page and in a table.
        decimals: digits after the point.
        lower_is_better: whether it falls as images get better.
        relative_to: the field of `Reference` that the function's value is divided by, if any.
        shown_in: where a column of all models shows it.
    """

    function: str
    compares: Literal["moments", "features", "labels", "probabilities"]
    title: str
    decimals: int = 2
    lower_is_better: bool = True
    relative_to: Literal["fid_mean_image"] | None = None
    shown_in: tuple[Literal["table", "page"], ...] = ("table", "page")


METRICS: dict[str, Metric] = {
    "fid": Metric("tfvae.evaluation.frechet:frechet_distance", "moments", "FID"),
    "fid_relative": Metric(
        "tfvae.evaluation.frechet:frechet_distance", "moments", "Relative FID", 4, relative_to="fid_mean_image"
    ),
    "kid": Metric("tfvae.evaluation.kernel_distance:kid", "features", "KID", shown_in=("page",)),
    "tvd": Metric("tfvae.evaluation.total_variation:total_variation_distance", "labels", "TVD", 4),
    "max_class_gap": Metric(
        "tfvae.evaluation.total_variation:max_class_gap", "labels", "Largest class gap", shown_in=()
    ),
    "inception_score": Metric(
        "tfvae.evaluation.inception:inception_score",
        "probabilities",
        "Inception score",
        lower_is_better=False,
        shown_in=("page",),
    ),
}


def metric_titles(place: Literal["table", "page"]) -> dict[str, str]:
    """Return {name: title} of the metrics that a table or page shows, in the order of its columns."""
    return {name: metric.title for name, metric in METRICS.items() if place in metric.shown_in}
