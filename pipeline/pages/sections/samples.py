"""Samples of every beta-VAE, moved by a slider from the prior to many times its scale."""

from typing import Any

from pipeline.names import NETWORK_TITLES
from pipeline.pages.pictures import film, from_pixels
from pipeline.pages.study import Arrays, Study
from pipeline.pages.values import Record

TITLE = "Samples, pulled away from the prior"
QUALITY = 70


def content(study: Study) -> dict[str, Any] | None:
    """Return, for each network, one film per model: nine samples at every scale."""
    networks = []
    for network, title in NETWORK_TITLES.items():
        runs = study.of("main-experiments", network=network)
        filmed = [(run, arrays) for run in runs if (arrays := study.arrays.get((run.stage, run.name)))]
        if filmed:
            scales = _labels(filmed[0][1])
            films = [_film(run, arrays, scales) for run, arrays in filmed]
            networks.append({"network": network, "title": title, "scales": scales, "films": films})
    return {"networks": networks} if networks else None


def _film(run: Record, arrays: Arrays, scales: list[str]) -> dict[str, Any]:
    if _labels(arrays) != scales:
        raise RuntimeError(f"{run.name}: the samples of all models with one network must have the same scales.")
    return {"name": run.model(), "picture": from_pixels(film(arrays["frames"]), quality=QUALITY)}


def _labels(arrays: Arrays) -> list[str]:
    return [f"{scale:g}" for scale in arrays["scales"]]
