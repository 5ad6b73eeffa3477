"""Two small models side by side, decoded inside the page from latents that its reader moves."""

from typing import Any

from pipeline.names import NETWORK_TITLES
from pipeline.pages.study import Study

TITLE = "Explore the latents"


def content(study: Study) -> dict[str, Any] | None:
    """Return the decoders, and the changes of latents that augmented sampling was measured with."""
    if not study.decoders:
        return None
    changes = []
    for record in study.of("augmented-sampling")[:1]:
        changes = [{"scale": record.at("scale"), "shift": 0}, {"scale": 1, "shift": record.at("shift")}]
    return {"models": study.decoders, "titles": NETWORK_TITLES, "changes": changes}
