"""Names of the models; a name is imported on first use."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from tfvae.errors import Refused

MODELS = {
    "conditional_vae": ("tfvae.models.conditional", "build_conditional_vae"),
    "vae": ("tfvae.models.vae", "build_vae"),
    "vq_vae": ("tfvae.models.vq_vae", "build_vq_vae"),
}


def build_model(configuration: Mapping[str, Any], seed: int = 0) -> Any:
    """Return the model that `configuration["model"]` names, built from the rest of it (see the model's builder).

    Raises:
        Refused: if no model has that name.
    """
    name = configuration["model"]
    if name not in MODELS:
        raise Refused(f"Unknown model. Received: {name!r}; known are {', '.join(sorted(MODELS))}")
    module, attribute = MODELS[name]
    return getattr(import_module(module), attribute)(configuration, seed)
