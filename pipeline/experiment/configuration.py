"""From the parameters to the plain data that the library builds and trains models from."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.params.schema import Parameters


def configure(
    parameters: Parameters, network: str, architecture: Mapping[str, Any], image_shape: Sequence[int], **changes: Any
) -> dict[str, Any]:
    """Return the configuration of a Gaussian VAE with the study's parameters, with `changes`."""
    return vae(
        image_shape,
        network,
        architecture["encoder"],
        architecture["decoder"],
        **{
            "posterior": {"name": "diagonal_gaussian", "latent_dim": parameters.model.latent_dim},
            "likelihood": parameters.model.likelihood,
            "precision": getattr(parameters.training, network).precision,
            **changes,
        },
    )


def vae(
    image_shape: Sequence[int],
    network: str,
    encoder: Any,
    decoder: Any,
    *,
    posterior: Mapping[str, Any],
    likelihood: str,
    precision: str,
) -> dict[str, Any]:
    """Return the configuration of a VAE for `tfvae.models.registry.build_model`."""
    return {
        "model": "vae",
        "image_shape": list(image_shape),
        "network": network,
        "encoder": encoder,
        "decoder": decoder,
        "posterior": dict(posterior),
        "likelihood": likelihood,
        "precision": precision,
    }


def schedule(parameters: Parameters, network: str, beta: float, **changes: Any) -> dict[str, Any]:
    """Return the schedule of the study's parameters, with `changes`."""
    values = getattr(parameters.training, network).model_dump(exclude={"precision"})
    return {"beta": beta, **values, **changes}


def cooldown(steps: int, share: float) -> tuple[int, int] | None:
    """Return the first and last step between which the learning rate falls to 0: the last `share` of all steps."""
    first = round((1 - share) * steps)
    return (first, steps) if first < steps else None


def cooling_schedule(budget: Any, beta: float, steps: int) -> dict[str, Any]:
    """Return the schedule of a budget's batch size and learning rate, with the cooldown of its share of all steps."""
    falling = cooldown(steps, budget.cooldown_share)
    return {"beta": beta, "batch_size": budget.batch_size, "learning_rate": budget.learning_rate, "cooldown": falling}
