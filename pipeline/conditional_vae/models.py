"""The models of the stage conditional, as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any


def configuration(
    image_shape: Sequence[int], units: Sequence[int], latent_dim: int, precision: str, **changes: Any
) -> dict[str, Any]:
    """Return the configuration of a dense Gaussian VAE whose decoder mirrors its encoder, with `changes`.

    With `num_classes` it is that of a conditional one.
    """
    return {
        "image_shape": list(image_shape),
        "network": "mlp",
        "encoder": list(units),
        "decoder": list(units)[::-1],
        "posterior": {"name": "diagonal_gaussian", "latent_dim": latent_dim},
        "likelihood": "bernoulli",
        "precision": precision,
        **changes,
    }


def schedule(proposal: Mapping[str, Any], cooldown: tuple[int, int] | None = None) -> Any:
    """Return the schedule of a trial's values, for beta = 1; over the steps of `cooldown` the rate falls to 0."""
    from tfvae.training.loop import schedule_of

    names = ("batch_size", "learning_rate", "optimizer")
    return schedule_of({"beta": 1.0, "cooldown": cooldown, **{name: proposal[name] for name in names}})
