"""How the models were trained, in curves."""

from typing import Any

from pipeline.pages.study import Study
from pipeline.thesis.tables import NETWORKS

TITLE = "Training"
CAPTIONS = {
    "training-curves": "Training of the β-VAE: loss, distortion, KL divergence, and sample quality",
    "stick-breaking": "Training of the stick-breaking VAE, and the mean lengths of its sticks",
}


def content(study: Study) -> dict[str, Any] | None:
    """Return the figures of the training."""
    kinds = [(name, network) for name in CAPTIONS for network in NETWORKS]
    found = study.pictures({f"{name}-{key}": f"{CAPTIONS[name]}; {NETWORKS[key]}" for name, key in kinds})
    return {"pictures": found} if found else None
