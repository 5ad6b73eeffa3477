"""From the parameters to the plain data that the library builds and trains models from."""

from collections.abc import Mapping, Sequence
from typing import Any


def configure(
    parameters: Any, network: str, architecture: Mapping[str, Any], image_shape: Sequence[int], **changes: Any
) -> dict[str, Any]:
    """Return the configuration of a Gaussian VAE with the study's parameters, with `changes`."""
    return {
        "image_shape": list(image_shape),
        "network": network,
        "encoder": architecture["encoder"],
        "decoder": architecture["decoder"],
        "posterior": {"name": "diagonal_gaussian", "latent_dim": parameters.model.latent_dim},
        "likelihood": parameters.model.likelihood,
        "precision": getattr(parameters.training, network).precision,
        **changes,
    }


def schedule(parameters: Any, network: str, beta: float, **changes: Any) -> dict[str, Any]:
    """Return the schedule of the study's parameters, with `changes`."""
    values = getattr(parameters.training, network).model_dump(exclude={"precision"})
    return {"beta": beta, **values, **changes}


def cooldown(settings: Any) -> dict[str, Any]:
    """Return the schedule's cooldown over the last `cooldown_share` of the steps."""
    steps = round(settings.cooldown_share * settings.steps)
    return {"cooldown": (settings.steps - steps, settings.steps) if steps else None}
