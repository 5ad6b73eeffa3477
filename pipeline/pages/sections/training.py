"""The curves of the training."""

from typing import Any

from pipeline.names import NETWORK_TITLES
from pipeline.pages.study import Study

TITLE = "Training"
CAPTIONS = {
    "training-curves": "Training of the β-VAE: loss, distortion, KL divergence, and sample quality",
    "stick-breaking": "Training of the stick-breaking VAE, and the mean lengths of its sticks",
}


def content(study: Study) -> dict[str, Any] | None:
    """Return the figures of the training."""
    kinds = [(name, network) for name in CAPTIONS for network in NETWORK_TITLES]
    pictures = study.pictures({f"{name}-{key}": f"{CAPTIONS[name]}; {NETWORK_TITLES[key]}" for name, key in kinds})
    return {"pictures": pictures} if pictures else None
