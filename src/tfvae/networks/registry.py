"""Names of the networks; a name is imported on first use."""

from importlib import import_module
from types import ModuleType

from tfvae.arguments import one_of

NETWORKS = {
    "mlp": "tfvae.networks.mlp",
    "cnn": "tfvae.networks.cnn",
    "leaky_mlp": "tfvae.networks.leaky_mlp",
    "leaky_cnn": "tfvae.networks.leaky_cnn",
    "thesis_cnn": "tfvae.networks.thesis_cnn",
}


def network(name: str) -> ModuleType:
    """Return the module of the network `name`, with its functions `encoder` and `decoder`.

    Raises:
        Refused: if no network has that name.
    """
    return import_module(NETWORKS[one_of(name, NETWORKS, "network")])
