"""Names of the posterior families; a name is imported on first use."""

from importlib import import_module
from typing import Any

from tfvae.arguments import called, one_of

POSTERIORS = {
    "clamped_stick_breaking": ("tfvae.distributions.clamped_stick_breaking", "ClampedStickBreaking"),
    "diagonal_gaussian": ("tfvae.distributions.gaussian", "DiagonalGaussian"),
    "dirichlet": ("tfvae.distributions.dirichlet", "Dirichlet"),
    "point": ("tfvae.distributions.point", "Point"),
    "relu_gaussian": ("tfvae.distributions.relu_gaussian", "ReluGaussian"),
    "stick_breaking": ("tfvae.distributions.stick_breaking", "StickBreaking"),
    "von_mises_fisher": ("tfvae.distributions.von_mises_fisher", "VonMisesFisher"),
}


def build_posterior(name: str, **arguments: Any) -> Any:
    """Return the posterior family `name`, built from `arguments` (see its class).

    Raises:
        Refused: if no family has that name, or it has other arguments.
    """
    module, attribute = POSTERIORS[one_of(name, POSTERIORS, "posterior")]
    return called(getattr(import_module(module), attribute), arguments, f"The posterior {name}")
