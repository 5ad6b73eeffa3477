"""The models of the stage conditional, as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.experiment.configuration import vae


def configuration(
    image_shape: Sequence[int], units: Sequence[int], latent_dim: int, precision: str, num_classes: int | None = None
) -> dict[str, Any]:
    """Return the configuration of a dense Gaussian VAE whose decoder mirrors its encoder.

    Args:
        image_shape: (H, W, C).
        units: of the encoder's hidden layers.
        latent_dim: D.
        precision: "float32" or "bfloat16".
        num_classes: of a conditional model; None: it is not one.
    """
    posterior = {"name": "diagonal_gaussian", "latent_dim": latent_dim}
    plain = vae(
        image_shape, "mlp", list(units), list(units)[::-1],
        posterior=posterior, likelihood="bernoulli", precision=precision,
    )  # fmt: skip
    return plain if num_classes is None else {**plain, "model": "conditional_vae", "num_classes": num_classes}


def schedule(proposal: Mapping[str, Any], cooldown: tuple[int, int] | None = None) -> dict[str, Any]:
    """Return the arguments of `tfvae.training.loop.Schedule` for a trial's values, with beta = 1."""
    names = ("batch_size", "learning_rate", "optimizer")
    return {"beta": 1.0, "cooldown": cooldown, **{name: proposal[name] for name in names}}
